"""Game state to what is wanted of each bar."""
