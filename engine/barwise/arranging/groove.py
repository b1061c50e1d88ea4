"""When and how hard a drummer strikes what is written, and swing: the learned table at work.

Nothing here moves the beat: strokes lie about it, and no part's onsets change places. The table comes
from `python -m barwise_export groove`.
"""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from barwise.models import FOLDER
from barwise.music.groove import FAMILIES, Family, Groove, place_of
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import Note, Part

FILE = "groove.json"

LARGEST_SPREADS = 2.5
"""No stroke lies further from its mean than so many standard deviations: what is further off sounds like a mistake."""

LARGEST_MS = 45.0
"""No onset is moved further: at slow tempi what is further off sounds like a mistake too."""

LARGEST_SHARE = 0.45
"""Share of the way to the next onset of its part that an onset may be moved: two never change places."""

_FOLLOWING: Mapping[Part, float] = {
    Part.DRUMS: 1.0,
    Part.BASS: 0.9,
    Part.CHORDS: 0.7,
    Part.COUNTER: 0.6,
    Part.MELODY: 0.6,
}
"""How much of what the whole kit does the other players do with it."""

_OWN_MS: Mapping[Part, float] = {Part.BASS: 4.0, Part.CHORDS: 4.0, Part.COUNTER: 6.0, Part.MELODY: 6.0}
"""Standard deviation of each pitched part's own onsets, in milliseconds."""

_EVEN = 3
"""Ticks of which every straight subdivision is a multiple; triplets are not."""


@dataclass(frozen=True, slots=True)
class Swing:
    """How much a state swings."""

    amount: float = 0.0
    """0 straight; 1 as late as the drummers that were learned from play their swung off-beats."""
    is_of_sixteenths: bool = False
    """Whether every second sixteenth comes late, rather than every second eighth."""


STRAIGHT = Swing()

Hand = tuple[Part, Family | None]
"""What one hand plays: a pitched part, or a family of drums."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How one note is struck."""

    on: float
    """Ticks from the start of the bar, 0 and up."""
    end: float
    """Where it ends if it is held for all its written length."""
    weight: float
    """Factor for the velocity."""


@cache
def learned_groove() -> Groove:
    """The table that ships with the engine."""
    return Groove.from_json(json.loads((FOLDER / FILE).read_text(encoding="utf-8")))


def touches(
    notes: Sequence[Note], metre: Metre, tempo: float, random: np.random.Generator, swing: Swing = STRAIGHT
) -> list[Touch]:
    """How each note of a bar is struck; tempo in quarters a minute, keys as written (not as a kit has them).

    Notes of one hand at one position, chords above all, are struck as one. No onset is moved by more than
    LARGEST_MS, nor by more than LARGEST_SHARE of the way to its neighbor in its part, nor to before the bar.
    """
    groove = learned_groove()
    warp = _Warp(notes, metre, tempo, swing)
    hands = [_hand(note) for note in notes]
    late = _lateness(notes, hands, metre, tempo, random)
    earliest, latest = _bounds(notes, metre, warp)
    weights = _weights(notes, hands, metre, groove)
    found = []
    for note, hand in zip(notes, hands, strict=True):
        part, position = place = note.part, note.position
        on = min(max(warp.of(position) + late[hand, position], earliest[place]), latest[place])
        weight = weights.get((hand, position), 1.0) if part is Part.DRUMS else 1.0
        found.append(Touch(on, max(warp.of(note.end), on), weight))
    return found


def swung(tick: int, metre: Metre, tempo: float, swing: Swing) -> float:
    """Where a written tick comes to lie; it may lie past the bar's end, as bars that swing are whole beats long."""
    return _Warp((), metre, tempo, swing).of(tick)


def _hand(note: Note) -> Hand:
    return note.part, FAMILIES.get(note.pitch, Family.HAT) if note.part is Part.DRUMS else None


def _lateness(
    notes: Sequence[Note], hands: Sequence[Hand], metre: Metre, tempo: float, random: np.random.Generator
) -> dict[tuple[Hand, int], float]:
    """How many ticks later than written each hand plays at each position."""
    groove = learned_groove()
    scale = groove.scale(tempo * TICKS_PER_QUARTER / metre.beat_ticks)
    together = _together(sorted({note.position for note in notes}), groove, random)
    ticks_per_ms = tempo * TICKS_PER_QUARTER / 60_000
    struck = dict.fromkeys((hand, note.position) for hand, note in zip(hands, notes, strict=True))
    late: dict[tuple[Hand, int], float] = {}
    for (hand, position), draw in zip(struck, random.standard_normal(len(struck)).tolist(), strict=True):
        part, family = hand
        own = min(max(draw, -LARGEST_SPREADS), LARGEST_SPREADS)
        if family is None:
            alone = own * _OWN_MS[part]
        else:
            learned = groove.hand(family, metre)
            alone = (learned.late_ms[place_of(position, metre)] + own * learned.own_ms) * scale
        shared = together[position] * _FOLLOWING[part] * scale
        late[hand, position] = min(max(alone + shared, -LARGEST_MS), LARGEST_MS) * ticks_per_ms
    return late


def _together(positions: Sequence[int], groove: Groove, random: np.random.Generator) -> dict[int, float]:
    """What all players do at once at each position, in milliseconds at the reference tempo.

    An Ornstein-Uhlenbeck process: it wanders, and what is a quarter note apart is as alike as the table says.
    """
    found: dict[int, float] = {}
    value, before = 0.0, None
    for position, draw in zip(positions, random.standard_normal(len(positions)).tolist(), strict=True):
        kept = 0.0 if before is None else math.pow(groove.persistence, (position - before) / TICKS_PER_QUARTER)
        value = kept * value + math.sqrt(1 - kept * kept) * draw
        found[position], before = groove.together_ms * min(max(value, -LARGEST_SPREADS), LARGEST_SPREADS), position
    return found


def _bounds(
    notes: Sequence[Note], metre: Metre, warp: "_Warp"
) -> tuple[dict[tuple[Part, int], float], dict[tuple[Part, int], float]]:
    """The earliest and the latest tick for the onsets of each part at each position."""
    earliest: dict[tuple[Part, int], float] = {}
    latest: dict[tuple[Part, int], float] = {}
    of_parts: dict[Part, set[int]] = defaultdict(set)
    for note in notes:
        of_parts[note.part].add(note.position)
    for part, struck in of_parts.items():
        positions = sorted(struck)
        places = [warp.of(position) for position in positions]
        for place, (position, here) in enumerate(zip(positions, places, strict=True)):
            before = places[place - 1] if place else here
            after = places[place + 1] if place + 1 < len(places) else max(float(metre.bar_ticks), here + 1)
            earliest[part, position] = max(here - LARGEST_SHARE * (here - before), 0.0) if place else 0.0
            latest[part, position] = here + LARGEST_SHARE * (after - here)
    return earliest, latest


def _weights(
    notes: Sequence[Note], hands: Sequence[Hand], metre: Metre, groove: Groove
) -> dict[tuple[Hand, int], float]:
    """Accents of the drums, as far as what is written lacks them: even strokes get all, lively ones none."""
    of_hands: dict[Hand, list[Note]] = defaultdict(list)
    for note, hand in zip(notes, hands, strict=True):
        of_hands[hand].append(note)
    found: dict[tuple[Hand, int], float] = {}
    for hand, strokes in of_hands.items():
        if hand[1] is None:
            continue
        learned = groove.hand(hand[1], metre)
        mean = sum(note.velocity for note in strokes) / len(strokes)
        variance = math.fsum((note.velocity - mean) ** 2 for note in strokes) / len(strokes)
        lacking = max(1.0 - math.sqrt(variance) / mean / learned.spread, 0.0) if learned.spread else 0.0
        for note in strokes:
            found[hand, note.position] = learned.accents[place_of(note.position, metre)] ** lacking
    return found


class _Warp:
    """Written ticks to ticks that swing: within each unit the middle comes late, the ends stay."""

    def __init__(self, notes: Sequence[Note], metre: Metre, tempo: float, swing: Swing) -> None:
        unit = TICKS_PER_QUARTER // (2 if swing.is_of_sixteenths else 1)
        table = learned_groove().sixteenths if swing.is_of_sixteenths else learned_groove().eighths
        swings = swing.amount > 0 and not metre.is_compound and metre.beat_ticks % unit == 0
        late = (table.at(tempo) - 0.5) * swing.amount if swings else 0.0
        self._swings, self._unit, self._middle = swings, unit, unit * (0.5 + late)
        # Triplets swing by themselves: a beat that has them is played as it is written.
        self._as_written = frozenset(note.position // TICKS_PER_QUARTER for note in notes if note.position % _EVEN)

    def of(self, tick: int) -> float:
        """Where a tick of the bar comes to lie; never before another that it followed."""
        if not self._swings or tick // TICKS_PER_QUARTER in self._as_written:
            return float(tick)
        start, within = tick - tick % self._unit, tick % self._unit
        half = self._unit / 2
        if within <= half:
            return start + within * self._middle / half
        return start + self._middle + (within - half) * (self._unit - self._middle) / half
