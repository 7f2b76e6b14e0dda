"""What every service looks like from outside: pages, problems, headers."""
