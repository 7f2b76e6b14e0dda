"""Children, what they need, and the asking for a home."""
