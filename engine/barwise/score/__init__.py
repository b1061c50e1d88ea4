"""What a game's composer writes: a YAML score, checked at the door, as frozen values."""
