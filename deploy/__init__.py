"""Composition: how the services and the servers they need are started together."""
