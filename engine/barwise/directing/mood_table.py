"""Mood to the attributes of a bar, as one readable table. Knows no game and no network.

Arousal follows what listeners' labels follow most: how many notes, how short, how fast.
Valence follows mode, thirds and sixths, and register; tension follows dissonance and notes
outside the scale. The values lie between the 5th and the 95th percentile of game music, as
`barwise_export prepare` reports them.
"""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from barwise.music.attributes import SUB_BEATS, Attributes
from barwise.music.harmony import Mode
from barwise.music.mood import Mood
from barwise.music.notes import Part

Knots = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: where the moods' middle puts it, and what each axis adds at its ends."""

    arousal: Knots
    """Value at arousal -1, 0 and 1, straight lines between."""
    valence: float = 0.0
    """Added at valence 1, taken away at -1."""
    tension: float = 0.0
    """Added at tension 1, nothing at 0."""


TABLE = {
    "rhythm": Row((0.25, 0.50, 0.88)),
    "drum_rhythm": Row((0.19, 0.50, 0.88)),
    "polyphony": Row((3.2, 3.6, 4.4)),
    "density": Row((2.2, 4.6, 9.0)),
    "loudness": Row((0.56, 0.66, 0.78)),
    "register": Row((56.0, 57.0, 58.0), valence=3.0),
    "consonance": Row((0.45, 0.45, 0.45), valence=0.22),
    "dissonance": Row((0.08, 0.08, 0.08), tension=0.20),
    "chromaticism": Row((0.0, 0.0, 0.0), tension=0.06),
}
"""Every attribute but brightness, which the mode and valence give together."""

BRIGHTNESS = {Mode.MAJOR: (0.80, 1.0), Mode.MINOR: (0.18, 0.0)}
"""Brightness of each family of modes at valence 0 and at the family's end of the axis."""

PLAIN = 0.25
"""Valence from which on, either way, a mood has its family's plain mode, or the colored ones of tension."""

COLORED, DARKEST = 0.4, 0.7
"""Tension from which on bright moods are Lydian and dark ones harmonic minor, and these then Phrygian."""

DENSITY, DENSITY_BY_RHYTHM, DENSITY_BY_POLYPHONY = 4.24, 0.81, 0.54
"""The best power law for the density of 12,256 bars of game music; it is off by a factor of 1.4 either way."""


def mode_of(mood: Mood) -> Mode:
    """The mode of a mood: the more pleasant, the more of its scale lies upward on the line of fifths.

    From valence 0 up its third is major, below minor. Moods in the middle have the modes with a foot in
    either: Mixolydian and Dorian.
    """
    if mood.valence >= PLAIN:
        return Mode.LYDIAN if mood.tension >= COLORED else Mode.MAJOR
    if mood.valence >= 0:
        return Mode.MIXOLYDIAN
    if mood.valence >= -PLAIN:
        return Mode.DORIAN
    if mood.tension < COLORED:
        return Mode.MINOR
    return Mode.HARMONIC_MINOR if mood.tension < DARKEST else Mode.PHRYGIAN


VOICES_A_PART = 1.0
"""Of a bass, a melody or a counter melody, in the mean."""


def attributes_of(mood: Mood) -> Attributes:
    """The attributes that a mood asks of a bar."""
    values = {name: _value(row, mood) for name, row in TABLE.items()}
    return Attributes(brightness=_brightness(mood), **values)


def asked_for(mood: Mood, directly: Mapping[str, float], fullness: float = 1.0) -> Attributes:
    """The attributes that a mood asks of a bar of some fullness, but for those that are asked for directly.

    Fullness, above 0, is the share of the mood's polyphony; notes grow fewer or more with it. Where
    rhythm or polyphony is asked for and density is not, the density is the usual one of bars
    with that rhythm and polyphony: a bar of many onsets and few notes cannot be made.
    """
    asked = attributes_of(mood)
    thinned = asked.density * math.pow(fullness, DENSITY_BY_POLYPHONY)
    asked = replace(asked, **{"polyphony": asked.polyphony * fullness, "density": thinned, **directly})
    if "density" in directly or not {"rhythm", "polyphony"} & set(directly):
        return asked
    return replace(asked, density=usual_density(asked.rhythm, asked.polyphony))


def carried_by(parts: Set[Part], asked: Attributes) -> Attributes:
    """The attributes with no more voices than some parts have: without chords a voice each, and now and then two.

    A network that is told of more than those parts can carry strikes whole chords in them, in the bass as well.
    """
    most = VOICES_A_PART * len(parts - {Part.DRUMS})
    if Part.CHORDS in parts or asked.polyphony <= most:
        return asked
    thinned = asked.density * math.pow(most / asked.polyphony, DENSITY_BY_POLYPHONY)
    return replace(asked, polyphony=most, density=thinned)


def usual_density(rhythm: float, polyphony: float) -> float:
    """Onsets a quarter note that bars of game music with this rhythm and polyphony have."""
    onsets, notes = max(rhythm, 1 / SUB_BEATS), max(polyphony, 0.25)
    return DENSITY * math.pow(onsets, DENSITY_BY_RHYTHM) * math.pow(notes, DENSITY_BY_POLYPHONY)


def _value(row: Row, mood: Mood) -> float:
    low, middle, high = row.arousal
    end = high if mood.arousal >= 0 else low
    value = middle + (end - middle) * abs(mood.arousal)
    return max(value + row.valence * mood.valence + row.tension * mood.tension, 0.0)


def _brightness(mood: Mood) -> float:
    start, end = BRIGHTNESS[mode_of(mood).family]
    return start + (end - start) * abs(mood.valence)
