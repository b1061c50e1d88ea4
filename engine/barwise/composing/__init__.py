"""What is wanted of a bar to its notes."""
