"""Metrics: facts with two times, figures computed from them, and the stream on which figures move."""
