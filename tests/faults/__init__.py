"""What breaks in production, broken here on purpose: real processes, killed for real."""
