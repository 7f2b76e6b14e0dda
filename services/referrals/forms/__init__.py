"""What referrals' routes are asked and what they answer, field by field."""
