"""From an empty installation to a launch: what to begin with, and bringing one's own."""
