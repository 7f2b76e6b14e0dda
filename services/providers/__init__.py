"""Providers, their homes and places, what is vacant, and who stands in which place when."""
