"""What the house says about itself: logs, traces, meters."""
