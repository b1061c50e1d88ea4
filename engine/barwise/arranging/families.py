"""What General MIDI's programs are played with: breath, bow, voice, plectrum, keys and pedal. Numbers only."""

BOWED = frozenset({*range(40, 45), *range(48, 52), 110})
"""Strings, alone and together."""

BLOWN = frozenset({22, *range(56, 80), 109, 111})
"""Brass, reeds and pipes: who plays them has to breathe."""

SUNG = frozenset({52, 53, 54})

SUSTAINED = BOWED | BLOWN | SUNG | frozenset({21, 23, *range(88, 96)})
"""What can grow and fade while a note lasts: all of these, accordions and pads."""

SLOW = frozenset({49, 51, 89, *range(91, 96), 97, 101})
"""Slow strings and pads, which need a third of a second and more to be there."""

SLURRED = frozenset({40, 41, 42, 43, *range(48, 50), 110}) | (BLOWN - {22})
"""What binds the notes of a line without striking them anew."""

STRUMMED = frozenset({15, *range(24, 32), 104, 105, 106, 107})
"""Guitars and their kin, whose chords are strummed."""

ROLLED = frozenset({0, 1, 2, 3, 4, 5, 6, 8, 11, 46})
"""Keyboards, vibraphone and harp, whose long chords may be rolled upward."""

PEDALLED = frozenset({0, 1, 2, 3, 4, 5, 8, 11, 46})
"""What rings on under a pedal, and the harp, which always does."""
