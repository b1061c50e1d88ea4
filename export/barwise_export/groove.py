"""How gmd's drummers play: microtiming, accents and swing, learned into a small table for the arranger.

Knows performances and statistics; how the table is played is the engine's `arranging.groove`.
"""

import json
from collections.abc import Iterable, Sequence
from csv import DictReader
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.errors import InputError
from barwise.music.groove import (
    BEAT_KINDS,
    FAMILIES,
    REFERENCE_TEMPO,
    SIMPLE_SLOTS,
    Family,
    Groove,
    Hand,
    Swing,
    place_of,
    slots_per_beat,
)
from barwise.music.metre import COMMON_TIME, TICKS_PER_QUARTER, Metre
from barwise_export.corpus.midi import read_midi
from barwise_export.corpus.raw import PITCH, START, VELOCITY
from barwise_export.corpus.sources import SOURCES

SOURCE = next(source for source in SOURCES if source.name == "gmd")
FOLDER = "groove"
INDEX = "info.csv"

SLOT_TICKS = TICKS_PER_QUARTER // 4
"""Strokes are measured against the nearest sixteenth."""

FARTHEST_SLOTS = 0.36
"""Strokes further off a sixteenth, as a share of one, are grace notes and rolls, not microtiming."""

TRIPLET_TICKS = TICKS_PER_QUARTER // 3
_TRIPLET_NEARER_TICKS = 1.0
"""A stroke that far off its sixteenth, and nearer to a triplet, is a triplet."""

SWINGS_FROM = 0.57
"""Median phase of the off-beats from which a performance swings."""

_OFF_BEATS = (0.42, 0.75)
"""Phases that count as off-beats, straight or swung."""

_FEWEST_OFF_BEATS = 20
_SHRINK = 150.0
"""A place's mean is drawn to the family's as if so many strokes more had that."""

_FAMILY_NUMBER = {family: number for number, family in enumerate(Family)}

_FAMILY_OF_KEY = np.array([_FAMILY_NUMBER[FAMILIES[key]] if key in FAMILIES else -1 for key in range(128)])


class Feel(StrEnum):
    """What a performance does with its off-beats."""

    STRAIGHT = "straight"
    SWUNG_EIGHTHS = "swung eighths"
    SWUNG_SIXTEENTHS = "swung sixteenths"


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One drummer's performance to a metronome; strokes that are not microtiming are left out."""

    name: str
    style: str
    tempo: float
    """Felt beats a minute."""
    metre: Metre
    feel: Feel
    phase: float
    """Median phase of the off-beats that swing, 0.5 where none do."""
    tick: NDArray[np.int64]
    """Of each stroke, the sixteenth it belongs to in ticks from the start: [strokes], in order."""
    drum: NDArray[np.int64]
    """General MIDI key: [strokes]."""
    family: NDArray[np.int64]
    """Index into Family: [strokes]."""
    late_ms: NDArray[np.float64]
    """How much later than its sixteenth, in milliseconds, with the performance's median on beats as 0: [strokes]."""
    velocity: NDArray[np.float64]
    """1 to 127: [strokes]."""

    @property
    def places(self) -> NDArray[np.int64]:
        """music.groove.place_of of each stroke: [strokes]."""
        table = np.array([place_of(tick, self.metre) for tick in range(self.metre.bar_ticks)])
        return np.asarray(table[self.tick % self.metre.bar_ticks])


def performances(corpus: Path) -> list[Performance]:
    """The beats (no single fills) of gmd in simple and compound metres; raises InputError when there are none."""
    folder = corpus / SOURCE.name / FOLDER
    if not (folder / INDEX).is_file():
        raise InputError(f"{folder / INDEX} does not exist; the corpus needs the Groove MIDI Dataset in {SOURCE.name}")
    with (folder / INDEX).open(encoding="utf-8", newline="") as table:
        rows = [row for row in DictReader(table) if row["beat_type"] == "beat"]
    found = (_performance(folder, row) for row in rows)
    return [performance for performance in found if performance and len(performance.tick)]


def held_out_sessions(held_out: Path) -> frozenset[str]:
    """Sessions of which the network never sees a performance, from held_out.txt."""
    names = [line.split("\t")[1] for line in held_out.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return frozenset(_session(name.split("/", 2)[2]) for name in names if name.startswith(f"{SOURCE.name}/{FOLDER}/"))


def split(found: Iterable[Performance], sessions: frozenset[str]) -> tuple[list[Performance], list[Performance]]:
    """Those to learn from and those held out."""
    known: list[Performance] = []
    unknown: list[Performance] = []
    for performance in found:
        (unknown if _session(performance.name) in sessions else known).append(performance)
    return known, unknown


def _session(name: str) -> str:
    """The drummer and the session; all eval sessions are one, since they have the same ten grooves."""
    session = name.rsplit("/", 1)[0]
    return "eval_session" if session.endswith("eval_session") else session


def _performance(folder: Path, row: dict[str, str]) -> Performance | None:
    raw = read_midi(folder / row["midi_filename"])
    metre = Metre(*(int(number) for number in row["time_signature"].split("-")))
    notes = np.concatenate([track.notes for track in raw.tracks])
    notes = notes[np.argsort(notes[:, START], kind="stable")]
    quarters_a_minute = raw.tempos[0][1]
    ticks = notes[:, START] / raw.ticks_per_quarter * TICKS_PER_QUARTER
    feel, phase = (Feel.STRAIGHT, 0.5) if metre.is_compound else feel_of(ticks)
    nearest = np.round(ticks / SLOT_TICKS) * SLOT_TICKS
    family = _FAMILY_OF_KEY[notes[:, PITCH]]
    kept = _is_microtiming(ticks, nearest) & (family >= 0)
    late = (ticks - nearest) * 60_000 / quarters_a_minute / TICKS_PER_QUARTER
    on_beats = kept & (nearest % metre.beat_ticks == 0)
    if not on_beats.any():
        return None
    late = late - np.median(late[on_beats])
    return Performance(
        name=Path(row["midi_filename"]).with_suffix("").as_posix(),
        style=row["style"],
        tempo=quarters_a_minute * TICKS_PER_QUARTER / metre.beat_ticks,
        metre=metre,
        feel=feel,
        phase=phase,
        tick=nearest[kept].astype(np.int64),
        drum=notes[kept, PITCH],
        family=family[kept],
        late_ms=late[kept],
        velocity=notes[kept, VELOCITY].astype(np.float64),
    )


def _is_microtiming(ticks: NDArray[np.float64], nearest: NDArray[np.float64]) -> NDArray[np.bool_]:
    off = np.abs(ticks - nearest)
    off_triplet = np.abs(ticks - np.round(ticks / TRIPLET_TICKS) * TRIPLET_TICKS)
    is_triplet = (off > _TRIPLET_NEARER_TICKS) & (off_triplet < off)
    return np.asarray((off <= FARTHEST_SLOTS * SLOT_TICKS) & ~is_triplet)


def feel_of(ticks: NDArray[np.float64]) -> tuple[Feel, float]:
    """What onsets (ticks, not on the grid) do with their off-beats, and the median phase of those that swing."""
    eighths = _off_beats(ticks / TICKS_PER_QUARTER)
    if len(eighths) >= _FEWEST_OFF_BEATS and np.median(eighths) > SWINGS_FROM:
        return Feel.SWUNG_EIGHTHS, float(np.median(eighths))
    sixteenths = _off_beats(ticks * 2 / TICKS_PER_QUARTER)
    if len(sixteenths) >= _FEWEST_OFF_BEATS and np.median(sixteenths) > SWINGS_FROM:
        return Feel.SWUNG_SIXTEENTHS, float(np.median(sixteenths))
    return Feel.STRAIGHT, 0.5


def _off_beats(units: NDArray[np.float64]) -> NDArray[np.float64]:
    phases = units % 1
    low, high = _OFF_BEATS
    return phases[(phases > low) & (phases < high)]


def learn(known: Sequence[Performance]) -> Groove:
    """The table of these performances; raises InputError where they are too few to learn from."""
    straight = [item for item in known if item.feel is Feel.STRAIGHT and item.metre.beat_ticks >= TICKS_PER_QUARTER]
    simple = [item for item in straight if not item.metre.is_compound]
    if len(simple) < 2:
        raise InputError("fewer than two straight performances: there is nothing to learn a groove from")
    exponent = _tempo_exponent(simple)
    hands = _hands(simple, exponent, None, COMMON_TIME)
    compound = [item for item in straight if item.metre.is_compound]
    borrowed = {family: _lengthened(hand) for family, hand in hands.items()}
    residuals = [_residual(item, exponent) for item in simple]
    together = _together(simple, residuals, 0)
    quarter = _together(simple, residuals, 4) / together if together > 0 else 0.0
    own = _own_ms(residuals, together)
    return Groove(
        simple={family: _with_own(hand, own) for family, hand in hands.items()},
        compound={
            family: _with_own(hand, own) for family, hand in _hands(compound, exponent, borrowed, Metre(6, 8)).items()
        },
        together_ms=float(np.sqrt(together)),
        persistence=float(np.clip(quarter, 0.0, 0.95)),
        tempo_exponent=exponent,
        eighths=_swing(known, Feel.SWUNG_EIGHTHS),
        sixteenths=_swing(known, Feel.SWUNG_SIXTEENTHS),
    )


_BORROWED_SLOTS = (0, 1, 2, 2, 2, 3)
"""Which sixteenth of a quarter each sixteenth of a dotted quarter is played like until the data says more."""


def _lengthened(hand: Hand) -> Hand:
    """A hand of simple metres for compound ones."""
    slots = [kind * SIMPLE_SLOTS + slot for kind in range(BEAT_KINDS) for slot in _BORROWED_SLOTS]
    return replace(
        hand,
        late_ms=tuple(hand.late_ms[slot] for slot in slots),
        accents=tuple(hand.accents[slot] for slot in slots),
    )


def _with_own(hand: Hand, own_ms: float) -> Hand:
    return replace(hand, own_ms=own_ms)


def _tempo_exponent(pieces: Sequence[Performance]) -> float:
    """Slope of the logarithm of a piece's spread over that of its tempo."""
    tempos = np.log([piece.tempo / REFERENCE_TEMPO for piece in pieces])
    spreads = np.log([max(float(piece.late_ms.std()), 1.0) for piece in pieces])
    return float(np.polyfit(tempos, spreads, 1)[0]) if np.ptp(tempos) > 0 else 0.0


def _scaled(piece: Performance, exponent: float) -> NDArray[np.float64]:
    """Lateness as it would be at REFERENCE_TEMPO."""
    return np.asarray(piece.late_ms / (piece.tempo / REFERENCE_TEMPO) ** exponent)


def _hands(
    pieces: Sequence[Performance], exponent: float, prior: dict[Family, Hand] | None, metre: Metre
) -> dict[Family, Hand]:
    places = BEAT_KINDS * slots_per_beat(metre)
    return {family: _hand(pieces, exponent, family, places, prior[family] if prior else None) for family in Family}


def _hand(pieces: Sequence[Performance], exponent: float, family: Family, places: int, prior: Hand | None) -> Hand:
    number = _FAMILY_NUMBER[family]
    played = [(piece, piece.family == number) for piece in pieces if (piece.family == number).any()]
    if not played:
        return prior or Hand((0.0,) * places, (1.0,) * places, 0.0, 0.0)
    place = np.concatenate([piece.places[mask] for piece, mask in played])
    late = np.concatenate([_scaled(piece, exponent)[mask] for piece, mask in played])
    loud = np.concatenate([piece.velocity[mask] / piece.velocity[mask].mean() for piece, mask in played])
    late_prior = np.array(prior.late_ms if prior else [float(np.median(late))] * places)
    loud_prior = np.array(prior.accents if prior else [1.0] * places)
    return Hand(
        tuple(_shrunk(place, late, late_prior).tolist()),
        tuple(_shrunk(place, loud, loud_prior).tolist()),
        0.0,
        float(loud.std()),
    )


def _shrunk(place: NDArray[np.int64], values: NDArray[np.float64], prior: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each place, drawn to the prior where the strokes are few: [places]."""
    sums = np.bincount(place, values, minlength=len(prior))
    return np.asarray((sums + _SHRINK * prior) / (np.bincount(place, minlength=len(prior)) + _SHRINK))


def _residual(piece: Performance, exponent: float) -> NDArray[np.float64]:
    """Lateness less the piece's own mean of each family and place: what is left to chance."""
    group = piece.family * 64 + piece.places
    _, inverse = np.unique(group, return_inverse=True)
    late = _scaled(piece, exponent)
    means = np.bincount(inverse, late) / np.bincount(inverse)
    return np.asarray(late - means[inverse])


def _together(pieces: Sequence[Performance], residuals: Sequence[NDArray[np.float64]], apart_slots: int) -> float:
    """Mean product of the residuals of different families whose strokes lie so many sixteenths apart."""
    total = count = 0.0
    for piece, residual in zip(pieces, residuals, strict=True):
        means, numbers = _by_family(piece, residual)
        first, second = means[: len(means) - apart_slots or None], means[apart_slots:]
        present = numbers[: len(numbers) - apart_slots or None, :, None] * numbers[apart_slots:, None, :]
        products = first[:, :, None] * second[:, None, :] * present
        different = ~np.eye(len(Family), dtype=bool)
        total += float(products[:, different].sum())
        count += float(present[:, different].sum())
    return max(total / count, 0.0) if count else 0.0


def _by_family(piece: Performance, residual: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean residual of each family at each sixteenth of the piece, and whether there is one: [sixteenths, families]."""
    slot = piece.tick // SLOT_TICKS
    size = (int(slot.max()) + 1) * len(Family)
    index = slot * len(Family) + piece.family
    numbers = np.bincount(index, minlength=size)
    sums = np.bincount(index, residual, minlength=size)
    means = np.divide(sums, numbers, out=np.zeros(size), where=numbers > 0)
    return means.reshape(-1, len(Family)), (numbers > 0).astype(np.float64).reshape(-1, len(Family))


def _own_ms(residuals: Sequence[NDArray[np.float64]], together: float) -> float:
    """Standard deviation of what the kit does not share."""
    everything = np.concatenate(residuals)
    return float(np.sqrt(max(everything.var() - together, 0.0)))


def _swing(known: Sequence[Performance], feel: Feel) -> Swing:
    """The phase of swung off-beats by tempo."""
    swung = [piece for piece in known if piece.feel is feel]
    if len(swung) < 2:
        return Swing(2 / 3, 0.0, (2 / 3, 2 / 3))
    octaves = np.log2([piece.tempo / REFERENCE_TEMPO for piece in swung])
    phases = np.array([piece.phase for piece in swung])
    slope, phase = np.polyfit(octaves, phases, 1) if np.ptp(octaves) > 0 else (0.0, float(phases.mean()))
    low, high = np.percentile(phases, [10, 90])
    return Swing(float(phase), float(slope), (float(low), float(high)))


def write_groove(groove: Groove, pieces: int, path: Path) -> None:
    """Write the table with its credit."""
    page = {
        "learned_from": f"{pieces} performances of {SOURCE.name}",
        "credits": [f"{SOURCE.credit}, {SOURCE.licence}, {SOURCE.address}"],
        **groove.as_json(),
    }
    path.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
