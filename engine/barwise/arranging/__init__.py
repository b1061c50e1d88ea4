"""Composed bars to channel events: instruments, voicing, dynamics, humanizing."""
