"""What still blocks a launch, and what would change that."""
