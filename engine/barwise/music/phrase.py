"""How long a phrase is. It loads fast."""

PHRASE_BARS = 8
