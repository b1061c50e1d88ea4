"""A composer whose drummer keeps a groove and marks the form: fills where phrases end or are asked for, crashes.

The network finds a new pattern in nearly every bar and fills fewer phrase ends than real drummers do;
what it lacks is laid over its bars. Knows another composer by its protocol alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from barwise.composing.composer import ComposedBar, Composer, State
from barwise.composing.rules.drums import fill_strokes
from barwise.composing.vocabulary import DRUM_DURATION, DURATIONS, MAX_ROWS, VELOCITY_STEP, Rows, velocity_level
from barwise.music.attributes import measure
from barwise.music.intent import PHRASE_BARS, BarIntent
from barwise.music.notes import Bar, Note, Part

FILLS = {PHRASE_BARS - 1: 0.2, PHRASE_BARS // 2 - 1: 0.1}
"""How often bars of a phrase that have no fill get one, by their place.

Real bars with at least two more strokes on snare and toms in their second half than their phrase's median:
freedoom, simutrans and gmd have 27, 22 and 29 % in the eighth bar, 15, 20 and 25 % in the fourth, and
2 to 12 % elsewhere. Half of it is enough: what returns brings the fill along.
"""

CRASHES = 0.25
"""How often a loud phrase that begins without a crash gets one: 51 % of freedoom's have one, 24 % of simutrans'."""

KEEPS = 0.75
"""How often a bar has the drums of the one that it follows on from or returns to. Of what successive bars of game
music drum, three quarters are the same in the median; bars that were each drummed anew shared half."""

FARTHER = 0.08
"""By so much of attributes.drum_rhythm a groove may be farther from what is wanted than a new one, and be kept:
when the mood turns, it is left."""

_LOUD = 0.6
_FEWEST_STROKES = 4
"""A drummer who plays less has no pattern to fill from."""

_FAST_FROM = 0.4
"""The attributes.drum_rhythm from which fills run in sixteenths."""
_FASTEST_TEMPO = 150.0
"""Quarters a minute from which they run in eighths again."""

_KICK, _SNARE, _HAT, _CRASH = 36, 38, 42, 49
_LOW_TOM, _MIDDLE_TOM, _HIGH_TOM = 41, 45, 48
_BODIES = frozenset({_SNARE, 39, _LOW_TOM, _MIDDLE_TOM, _HIGH_TOM})
"""Drums that fills are played on."""
_TIMEKEEPERS = frozenset({_HAT, 44, 46, 51, 53, 59})
"""Hats and rides."""

RUNS: Sequence[Sequence[int]] = (
    (_SNARE, _HIGH_TOM, _MIDDLE_TOM, _LOW_TOM),
    (_SNARE, _SNARE, _HIGH_TOM, _LOW_TOM),
    (_HIGH_TOM, _MIDDLE_TOM, _LOW_TOM, _LOW_TOM),
    (_SNARE, _SNARE, _SNARE, _MIDDLE_TOM),
    (_SNARE,),
)
"""What fills run over, in equal shares of their length."""

_WEIGHTS = (0.35, 0.2, 0.15, 0.15, 0.15)
_LONG = 0.4
"""Share of fills in eighth bars that take two beats; others take one."""

_COUNTED = frozenset({"drum_rhythm", "loudness"})
"""Attributes that drums are counted for; asked for by name, they are not to be moved again."""

_TOLD = frozenset({"rules"})
"""Composers whose drummers fill by themselves."""


class Drummer:
    """Writes what another composer writes, with fills and crashes; keeps nothing between calls."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def initial_state(self) -> State:
        """The other composer's."""
        return self._composer.initial_state()

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The other composer's bar, marked; equal arguments give equal bars."""
        composed = self._composer.compose(intent, state, reference, random, forced)
        if composed.composer in _TOLD:
            return composed
        if forced is None:  # else its beginning has been heard
            composed = kept(composed, intent, reference, random)
        return marked(composed, intent, random)


def kept(composed: ComposedBar, intent: BarIntent, reference: Bar | None, random: np.random.Generator) -> ComposedBar:
    """The bar with the groove of the one that it answers, where chance will have it and its mood is as it was."""
    is_kept = float(random.random()) < KEEPS
    if reference is None or not is_kept or _COUNTED & intent.exact or reference.metre != composed.bar.metre:
        return composed
    groove, own = _groove(reference), composed.bar.of(Part.DRUMS)
    if min(len(groove), len(own)) < _FEWEST_STROKES or is_fill(reference) or own == reference.of(Part.DRUMS):
        return composed
    wanted, found = intent.condition.attributes.drum_rhythm, _with(composed, intent, groove)
    away = abs(found.achieved.drum_rhythm - wanted) - abs(composed.achieved.drum_rhythm - wanted)
    return found if away < FARTHER else composed


def _groove(bar: Bar) -> Sequence[Note]:
    """The drums of a bar, its crashes played on the cymbal that keeps time, or on none: they mark a beginning."""
    drums = bar.of(Part.DRUMS)
    strokes = Counter(note.pitch for note in drums if note.pitch in _TIMEKEEPERS)
    if not strokes:
        return [note for note in drums if note.pitch != _CRASH]
    cymbal = strokes.most_common(1)[0][0]
    places = {note.position for note in drums if note.pitch == cymbal}
    crashes = [note for note in drums if note.pitch == _CRASH]
    softer = [replace(note, pitch=cymbal) for note in crashes if note.position not in places]
    return [*(note for note in drums if note.pitch != _CRASH), *softer]


def marked(composed: ComposedBar, intent: BarIntent, random: np.random.Generator) -> ComposedBar:
    """The bar with a fill or a crash, where its place asks for one and chance will have it, or the intent does."""
    place = intent.condition.phrase_bar % PHRASE_BARS
    drums = composed.bar.of(Part.DRUMS)
    if intent.fill and Part.DRUMS in intent.condition.parts:
        return composed if is_fill(composed.bar) else _led_over(composed, intent, random)
    if len(drums) < _FEWEST_STROKES or Part.DRUMS not in intent.condition.parts or _COUNTED & intent.exact:
        return composed
    chance = float(random.random())
    if chance < FILLS.get(place, 0.0) and not is_fill(composed.bar):
        return _with(composed, intent, _filled(composed.bar, intent, random))
    if place == 0 and intent.index and chance < CRASHES and intent.condition.attributes.loudness > _LOUD:
        return _with(composed, intent, _crashed(drums))
    return composed


def is_fill(bar: Bar) -> bool:
    """Whether snare and toms are struck at least thrice on the last beat, or four times on the last two."""
    bodies = [note.position for note in bar.of(Part.DRUMS) if note.pitch in _BODIES]
    ticks, beat = bar.metre.bar_ticks, bar.metre.beat_ticks
    return sum(at >= ticks - beat for at in bodies) >= 3 or sum(at >= ticks - 2 * beat for at in bodies) >= 4


def _filled(bar: Bar, intent: BarIntent, random: np.random.Generator) -> Sequence[Note]:
    """The drums with their last beat or two given to a run; the kick goes on."""
    is_end = intent.condition.phrase_bar % PHRASE_BARS == PHRASE_BARS - 1
    beats = 2 if is_end and bar.metre.beats > 2 and random.random() < _LONG else 1
    run = RUNS[int(random.choice(len(RUNS), p=_WEIGHTS))]
    return _run(bar, _loudness(bar.of(Part.DRUMS)), beats, _is_fast(intent), run)


def _is_fast(intent: BarIntent) -> bool:
    condition = intent.condition
    return condition.attributes.drum_rhythm > _FAST_FROM and condition.tempo < _FASTEST_TEMPO


def _run(bar: Bar, mean: int, beats: int, is_fast: bool, run: Sequence[int]) -> Sequence[Note]:
    """The drums with a run for their last beats, around a velocity."""
    metre = bar.metre
    start = metre.bar_ticks - beats * metre.beat_ticks
    kept = [note for note in bar.of(Part.DRUMS) if note.position < start or note.pitch == _KICK]
    return [
        *kept,
        *(_stroke(at, drum, mean + softer) for (at, drum), softer in fill_strokes(metre, beats, is_fast, run).items()),
    ]


def _led_over(composed: ComposedBar, intent: BarIntent, random: np.random.Generator) -> ComposedBar:
    """The bar with a fill for certain: two beats long where it can be, one with what else is drummed in a full bar."""
    run = RUNS[int(random.choice(len(RUNS), p=_WEIGHTS))]
    found = composed
    for bar in (composed.bar, _without_hats(composed.bar)):
        for beats, is_fast in _lengths(intent):
            filled = _with(composed, intent, _run(bar, _mean(composed.bar, intent), beats, is_fast, run))
            if filled is not composed and is_fill(filled.bar):
                return filled
            found = filled if found is composed else found
    return found


def _lengths(intent: BarIntent) -> Sequence[tuple[int, bool]]:
    """How many beats a fill may take and whether it is fast, the first choice first."""
    longest, is_fast = 2 if intent.condition.metre.beats > 2 else 1, _is_fast(intent)
    return (longest, is_fast), (1, is_fast), (longest, True), (1, True)


def _without_hats(bar: Bar) -> Bar:
    """The bar with kick and snare for its drums: a bar can be too full for a fill to be added."""
    kept = {_KICK, _SNARE}
    return replace(bar, notes=tuple(note for note in bar.notes if note.part is not Part.DRUMS or note.pitch in kept))


def _crashed(drums: Sequence[Note]) -> Sequence[Note]:
    """The drums with a crash for whatever else rings on the first beat."""
    if any(note.pitch == _CRASH and note.position == 0 for note in drums):
        return drums
    kept = [note for note in drums if note.position or note.pitch in {_KICK, _SNARE}]
    return [*kept, _stroke(0, _CRASH, _loudness(drums))]


def _mean(bar: Bar, intent: BarIntent) -> int:
    """Velocity to fill at: that of the drums, or where there are none, of the bar as it is wanted."""
    drums = bar.of(Part.DRUMS)
    return _loudness(drums) if drums else round(127 * intent.condition.attributes.loudness)


def _loudness(drums: Sequence[Note]) -> int:
    """Velocity of the strokes that carry the pattern: the louder half's mean."""
    loud = sorted((note.velocity for note in drums), reverse=True)
    loud = loud[: (len(loud) + 1) // 2]
    return round(sum(loud) / len(loud))


def _stroke(position: int, drum: int, velocity: int) -> Note:
    level = velocity_level(velocity)
    return Note(position, Part.DRUMS, drum, DURATIONS[DRUM_DURATION], level * VELOCITY_STEP - VELOCITY_STEP // 2)


def _with(composed: ComposedBar, intent: BarIntent, drums: Sequence[Note]) -> ComposedBar:
    """The bar with other drums, measured anew; as it was where it would become too long to be said."""
    others = [note for note in composed.bar.notes if note.part is not Part.DRUMS]
    if len(others) + len(drums) + len(composed.bar.harmony) + 1 >= MAX_ROWS:
        return composed
    bar = replace(composed.bar, notes=tuple(sorted([*others, *drums])))
    return replace(composed, bar=bar, achieved=measure(bar, intent.condition.mode))
