"""What a newcomer finds: a council with six years of history, a market of providers, and people at work in it."""
