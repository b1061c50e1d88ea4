"""Mood to the color of a bar: which chord stands for the planned one, which pitch classes it leans to.

Valence is how major or minor what sounds is; tension is how far it lies from the key and how widely it is
spread on the line of fifths. `music.tonality` measures them, so that what is aimed at here can be looked
for among the bars that are composed.

A turn of mood is marked at once by a chord of its color. While the mood is steady the phrase goes as it
was planned; where it is tense, planned bars alternate with colored ones: what is far is felt as far from
something. Pure; knows no notes but those of chords.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from barwise.directing.mood_table import attributes_of
from barwise.music.attributes import BRIGHT, DARK, measure_all
from barwise.music.columns import Columns
from barwise.music.harmony import CHORD_TONES, SCALES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS
from barwise.music.metre import COMMON_TIME
from barwise.music.mood import Mood
from barwise.music.notes import Bar, Note, Part
from barwise.music.tonality import Tonality, spelled, tonalities

CLOSE = PHRASE_BARS - 2
"""From this bar of a phrase on it closes: dominant, tonic."""

TENSE = 0.5
"""From this tension on chords and colors may lie outside the mode."""

UNRESOLVED = 0.65
"""From this tension on a phrase need not close, and every other bar is colored however steady the mood is."""

TURN = 0.2
"""A change of valence, or twice that of tension, from bar to bar that counts as a turn of mood."""

_CHORDS = tuple(
    Chord(root, quality)
    for root in range(12)
    for quality in (Quality.MAJOR, Quality.MINOR, Quality.DOMINANT, Quality.SUSPENDED, Quality.POWER)
)
"""Chords that may stand for a planned one: those that the network knows well."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What it costs a chord to be one unit off what is aimed at, beyond a tolerance."""

    strain: float = 9.0
    strain_tolerance: float = 0.03
    diameter: float = 3.0
    diameter_tolerance: float = 0.1
    mode: float = 3.0
    mode_tolerance: float = 0.1
    quality: float = 0.8
    """For a minor chord where major is wanted, and the other way round."""
    consonance: float = 2.0
    """For thirds and sixths that it lacks."""
    outside: float = 1.0
    """For a chord outside the scale where the mood is not tense."""
    kinship: float = 0.6
    """What it spares to have all tones of the planned chord, and its root."""
    root: float = 0.3
    purity: float = 1.35
    """Strain of a chord by itself over that of a bar on it, which has other notes too."""
    strain_by_arousal: float = 0.02
    strain_by_valence: float = -0.025
    """What the many other notes of an excited bar take away, and what the sharper chords of a bright one add."""
    diameter_by_valence: float = -0.04
    """What the flatter chords of a dark bar lack in width."""


COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-weights of pitch classes."""

    chord: float = 1.5
    """A tone of the chord; more at tension 1 and at arousal 1, where many notes would blur it."""
    chord_when_tense: float = 1.0
    chord_when_excited: float = 0.8
    third: float = 1.2
    """The chord's third at valence 1: thirds and sixths are what sounds pleasant; and at arousal 1, where
    they would be lost among many notes."""
    third_when_excited: float = 0.3
    outside: float = -3.0
    """A pitch class outside the mode at tension 0; nothing at tension 1."""
    beyond: float = -3.0
    """For each fifth beyond the width that the mood has."""
    edge: float = 1.0
    """The pitch classes that come nearest to filling the width; more at tension 1."""
    edge_when_tense: float = 3.0
    bright: float = 1.6
    """At valence 1, the brightest pitch class; the darkest the other way round."""


WEIGHTS = Weights()
SMALLEST_WEIGHT = -8.0

STEADY = 0.3
"""Share of the weights in a steady mood: lines pass through more tones then, as those of game music do."""

EDGES = 2
"""How many pitch classes are to fill the width."""

NARROW, WIDE = 4.0, 9.0
"""Fifths between the outermost pitch classes of a bar: a triad or a pentatonic at tension 0; at tension 1."""

BY_VALENCE = -0.4
"""What valence 1 adds to that: dark bars come out narrower than bright ones."""


def aimed_at(mood: Mood) -> Tonality:
    """What a bar of this mood is to measure: about what game music has from its 5th to its 95th percentile."""
    return Tonality(
        mode=0.36 * mood.valence,
        chords=mood.valence,
        diameter=0.24 + 0.42 * mood.tension,
        strain=0.06 + 0.26 * mood.tension,
    )


def colored(planned: tuple[Chord, ...], mood: Mood, mode: Mode, place: int, before: Mood) -> tuple[Chord, ...]:
    """The planned chords of a bar of a phrase, as the mood has them; before is the mood of the bar before."""
    is_steady, is_tense = not _has_turned(before, mood), mood.tension >= UNRESOLVED
    if (is_steady and place % 2 == 0) or (not is_tense and (is_steady or place >= CLOSE)):
        return planned
    return tuple(_colored(chord, mood, mode) for chord in planned)


def _has_turned(before: Mood, mood: Mood) -> bool:
    return abs(mood.valence - before.valence) >= TURN or abs(mood.tension - before.tension) >= TURN / 2


@lru_cache(maxsize=256)
def _colored(planned: Chord, mood: Mood, mode: Mode) -> Chord:
    aim, consonance = aimed_at(mood), attributes_of(mood).consonance
    strain = COSTS.purity * aim.strain
    strain += COSTS.strain_by_arousal * mood.arousal + COSTS.strain_by_valence * mood.valence
    diameter = aim.diameter + COSTS.diameter_by_valence * mood.valence

    def cost(chord: Chord) -> float:
        got, thirds = measured(chord, mode.family)
        shared = len(set(chord.tones) & set(planned.tones)) / max(len(chord.tones), len(planned.tones))
        is_outside = mood.tension < TENSE and not SCALES[mode].issuperset(chord.tones)
        return (
            COSTS.strain * _beyond(got.strain - strain, COSTS.strain_tolerance)
            + COSTS.diameter * _beyond(got.diameter - diameter, COSTS.diameter_tolerance)
            + COSTS.mode * _beyond(got.mode - aim.mode, COSTS.mode_tolerance)
            + COSTS.quality * abs(_brightness(chord) - mood.valence)
            + COSTS.consonance * max(consonance - thirds, 0.0)
            + COSTS.outside * is_outside
            - COSTS.kinship * shared
            - COSTS.root * (chord.root == planned.root)
        )

    return min((planned, *_CHORDS), key=cost)


def _brightness(chord: Chord) -> int:
    """1 for a chord with a major third, -1 for one with a minor third, 0 for one without."""
    tones = CHORD_TONES[chord.quality]
    return (4 in tones) - (3 in tones)


def _beyond(difference: float, tolerance: float) -> float:
    return max(abs(difference) - tolerance, 0.0)


@lru_cache(maxsize=512)
def measured(chord: Chord, family: Mode) -> tuple[Tonality, float]:
    """The tonality and the consonance of a chord that sounds alone in a key of MAJOR or MINOR."""
    known = _all_measured(family).get(chord)
    return known or _measured((chord,), family)[0]


@cache
def _all_measured(family: Mode) -> Mapping[Chord, tuple[Tonality, float]]:
    """Those that may stand for others, in one pass: one after the other they kept a game's frame for 40 ms."""
    return dict(zip(_CHORDS, _measured(_CHORDS, family), strict=True))


def _measured(chords: Sequence[Chord], family: Mode) -> list[tuple[Tonality, float]]:
    notes = Columns.of([_alone(chord) for chord in chords])
    consonances = [attributes.consonance for attributes in measure_all(notes, family)]
    return list(zip(tonalities(notes, family), consonances, strict=True))


def _alone(chord: Chord) -> Bar:
    """A bar of a chord alone."""
    notes = tuple(Note(0, Part.CHORDS, 48 + tone, COMMON_TIME.bar_ticks, 64) for tone in sorted(chord.tones))
    return Bar(COMMON_TIME, (), notes)


def leaning_of(chord: Chord, mood: Mood, mode: Mode, before: Mood) -> tuple[float, ...]:
    """Log-weights of the 12 pitch classes above the tonic, over a chord; before is the mood of the bar before."""
    fifths = _fifths(chord, mode)
    width = NARROW + (WIDE - NARROW) * mood.tension + BY_VALENCE * mood.valence
    own = [fifths[tone] for tone in chord.tones]
    beyond = [max(*own, fifth) - min(*own, fifth) - width for fifth in fifths]
    others = [pitch_class for pitch_class in range(12) if pitch_class not in chord.tones]
    choices = [pitch_class for pitch_class in others if mood.tension >= TENSE or pitch_class in SCALES[mode]]
    edges = sorted(choices, key=lambda pitch_class: abs(beyond[pitch_class]))[:EDGES]
    weights = np.zeros(12)
    for pitch_class in range(12):
        bright = BRIGHT.get(pitch_class, 0.0) - DARK.get(pitch_class, 0.0)
        weights[pitch_class] = WEIGHTS.bright * mood.valence * bright / 2
    for tone in chord.tones:
        is_third = (tone - chord.root) % 12 in (3, 4)
        weights[tone] += WEIGHTS.chord + WEIGHTS.chord_when_tense * mood.tension
        weights[tone] += WEIGHTS.chord_when_excited * mood.arousal
        weights[tone] += is_third * WEIGHTS.third * max(mood.valence, mood.valence / 2)
        weights[tone] += is_third * WEIGHTS.third_when_excited * mood.arousal
    for pitch_class in others:
        is_outside = pitch_class not in SCALES[mode] and pitch_class not in edges
        weights[pitch_class] += WEIGHTS.outside * (1 - mood.tension) * is_outside
        weights[pitch_class] += WEIGHTS.beyond * max(beyond[pitch_class], 0)
    weights[edges] += WEIGHTS.edge + WEIGHTS.edge_when_tense * mood.tension
    strength = 1.0 if _has_turned(before, mood) else STEADY
    return tuple((strength * np.maximum(weights, SMALLEST_WEIGHT)).tolist())


@lru_cache(maxsize=1024)
def _fifths(chord: Chord, mode: Mode) -> tuple[int, ...]:
    """How each pitch class is spelled over a chord in a mode, in fifths from the tonic."""
    counts = np.zeros(12, dtype=np.int64)
    counts[list(SCALES[mode])] = 1
    counts[list(chord.tones)] += 4
    return tuple(int(fifth) for fifth in spelled(counts))
