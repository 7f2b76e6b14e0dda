"""What changes in referrals: each action writes its rows, the events that tell of them, and who did it."""
