"""The spine every service stands on; it knows no service."""
