"""What changes in providers: each action writes its rows, the events that tell of them, and who did it."""
