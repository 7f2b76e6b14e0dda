"""Notices: what people are told of events, on a page and, where they wish it, by e-mail."""
