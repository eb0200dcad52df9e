"""What the suite needs around it, and what it says at the end."""
