"""Which chord follows which, learned from billboard's songs, tagged progressions and game music.

Knows counts and how they are smoothed; how phrases are drawn from the table is the engine's
`directing.phrases`.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from barwise.composing.contract import CONDITION_NAMES
from barwise.composing.vocabulary import (
    DURATION,
    DURATIONS,
    END,
    FIRST_CHORD,
    HARMONY,
    PART,
    PITCH,
    POSITION,
    QUALITY_OF_CHORD,
    ROOT_OF_CHORD,
)
from barwise.music.chord_model import HALVES, SLOTS, ChordModel, Floats, Place, numeral_of, place_of_bar
from barwise.music.harmony import Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS, Style
from barwise.music.notes import LOWEST_PITCH, Part
from barwise.music.progressions import NUMERALS
from barwise_export.corpus.billboard import Song, read_billboard
from barwise_export.corpus.progressions import TaggedProgression, read_progressions
from barwise_export.dataset import TEST, TRAIN, VALID, Dataset

ALPHABET = tuple(NUMERALS)
_INDEX = {numeral: number for number, numeral in enumerate(ALPHABET)}
_TRIADS = (Quality.MAJOR, Quality.MINOR, Quality.DIMINISHED, Quality.SUSPENDED)
_ROOTS = np.array([NUMERALS[numeral].root for numeral in ALPHABET])
_QUALITIES = np.array([_TRIADS.index(NUMERALS[numeral].quality) for numeral in ALPHABET])

WEIGHTS = {"game": 2.0, "billboard": 1.0, "progressions": 4.0}
"""What a chord change of each set counts: the engine makes game music, and the tagged progressions are few."""

GAME_SETS = ("freedoom", "simutrans", "blasphemer")
CREDITS = (
    "The McGill Billboard annotations by J. A. Burgoyne, J. Wild and I. Fujinaga (ISMIR 2011), CC0-1.0, "
    "https://github.com/boomerr1/The-McGill-Billboard-Project",
    "free-midi-chords by Ludovic Drolez, MIT, https://github.com/ldrolez/free-midi-chords",
)

HELD_OUT_SHARE = 10
"""One song in so many is held out."""

TO_MOTION, TO_FAMILY, TO_MODE = 30.0, 80.0, 60.0
"""Pseudo-counts: of the uniform under root motions, of these under a family's changes, of those under a mode's."""

REPEATS = 0.5
"""Power of the number of times that a piece makes one change."""

TO_PLACE = 100.0
"""Changes by which a place is drawn to the rest of the phrase."""
_PLACE_BOUNDS = (0.2, 5.0)

RIDGE = 6.0
"""Pseudo-observations that draw each chord's mood to none."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of harmony in one mode: what is planned at half bars."""

    source: str
    piece: str
    mode: Mode
    halves: tuple[str | None, ...]
    """Numerals, two a bar; None where there is none."""
    first_slot: int | None = 0
    """Place in the phrase of the first of them; None where bars are not told."""

    def changes(self) -> Iterator[tuple[str, str, Place]]:
        """Each change of chord: from, to, and where it is arrived at."""
        before: str | None = None
        for number, numeral in enumerate(self.halves):
            if numeral and before and numeral != before:
                yield before, numeral, self.place(number)
            before = numeral or before

    def place(self, number: int) -> Place:
        """What one of the half bars is to its phrase."""
        if self.first_slot is None:
            return Place.ELSEWHERE
        return place_of_bar((self.first_slot + number) % SLOTS // HALVES)


def mode_of_weights(weights: NDArray[np.float64]) -> Mode:
    """The mode in which pitch classes above the tonic sound for so long: [12].

    The third tells the family; a degree that another mode has must outweigh the family's own by half.
    """

    def outweighs(first: int, second: int) -> bool:
        return bool(weights[first] > 1.5 * weights[second] and weights[first] > 0.02 * weights.sum())

    if weights[4] >= weights[3]:
        if outweighs(6, 5):
            return Mode.LYDIAN
        return Mode.MIXOLYDIAN if outweighs(10, 11) else Mode.MAJOR
    if outweighs(1, 2):
        return Mode.PHRYGIAN
    if outweighs(9, 8):
        return Mode.DORIAN
    return Mode.HARMONIC_MINOR if outweighs(11, 10) and outweighs(8, 9) else Mode.MINOR


def song_lines(song: Song) -> list[Line]:
    """The sections of a song, in the mode of its chords."""
    weights = np.zeros(12)
    for section in song.sections:
        for bar in section.bars:
            edges = [*(start for start, _ in bar.chords), 1.0]
            for (start, chord), end in zip(bar.chords, edges[1:], strict=True):
                for tone in chord.tones if chord else ():
                    weights[tone] += end - start
    mode = mode_of_weights(weights)
    lines = []
    for section in song.sections:
        halves: list[str | None] = []
        current: Chord | None = None
        for bar in section.bars:
            for half in range(HALVES):
                started = [chord for start, chord in bar.chords if start <= half / HALVES + 1e-6]
                current = started[-1] if started else current
                halves.append(numeral_of(current, mode) if current else None)
        lines.append(Line("billboard", song.name, mode, tuple(halves)))
    return lines


def tagged_line(progression: TaggedProgression) -> Line:
    """A tagged progression, twice over: it is meant to go round."""
    weights = np.bincount([tone for chord in progression.chords for tone in chord.tones], minlength=12).astype(float)
    mode = mode_of_weights(weights)
    once = tuple(numeral_of(chord, mode) for chord in progression.chords)
    return Line("progressions", " ".join(once), mode, once + once[:1], None)


def game_lines(data: Dataset, splits: Iterable[int]) -> list[Line]:
    """Stretches of one key in the game pieces of some splits."""
    game = CONDITION_NAMES.index(f"style_{Style.GAME.value}")
    lines = []
    for piece in np.flatnonzero(np.isin(data.piece_split, list(splits)) & (data.piece_variant == 0)):
        first, last = int(data.piece_first[piece]), int(data.piece_first[piece + 1])
        if data.condition[first, game]:
            starts = [first + bar for bar, _, _ in data.names.keys[piece]]
            for start, end in zip(starts, [*starts[1:], last], strict=True):
                lines.append(_game_line(data, data.names.pieces[piece], range(start, end)))
    return [line for line in lines if any(line.halves)]


def _game_line(data: Dataset, name: str, bars: range) -> Line:
    weights = np.zeros(12)
    halves: list[Chord | None] = []
    for bar in bars:
        rows = data.rows_of(bar).astype(np.int64)
        rows = rows[rows[:, POSITION] != END]
        pitched = rows[rows[:, PART] > Part.DRUMS]
        np.add.at(weights, (pitched[:, PITCH] + LOWEST_PITCH) % 12, np.array(DURATIONS)[pitched[:, DURATION]])
        changes = rows[rows[:, PART] == HARMONY]
        for half in range(HALVES):
            begun = changes[changes[:, POSITION] * HALVES <= half * int(data.bar_ticks[bar])]
            halves.append(_chord(int(begun[-1, PITCH])) if len(begun) else None)
    mode = mode_of_weights(weights)
    phrase = CONDITION_NAMES.index("phrase_0")
    place = int(data.condition[bars[0], phrase : phrase + PHRASE_BARS].argmax())
    numerals = tuple(numeral_of(chord, mode) if chord else None for chord in halves)
    return Line("game", name, mode, numerals, place * HALVES)


def _chord(value: int) -> Chord | None:
    """The chord that a pitch field of a harmony row stands for."""
    number = value - FIRST_CHORD
    quality = int(QUALITY_OF_CHORD[number])
    return Chord(int(ROOT_OF_CHORD[number]), tuple(Quality)[quality - 1]) if quality else None


@dataclass(frozen=True, slots=True)
class Lines:
    """Harmony to learn from, and harmony held out."""

    known: tuple[Line, ...]
    held_out: tuple[Line, ...]
    tagged: tuple[TaggedProgression, ...]


def read_lines(corpus: Path, data: Dataset) -> Lines:
    """All sets; a tenth of the songs and the held-out game pieces are not learned from."""
    tagged = read_progressions(corpus)
    known = [tagged_line(progression) for progression in tagged]
    held_out: list[Line] = []
    for song in read_billboard(corpus):
        is_held_out = int(hashlib.sha256(song.name.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0
        (held_out if is_held_out else known).extend(song_lines(song))
    known += game_lines(data, [TRAIN])
    held_out += game_lines(data, [VALID, TEST])
    return Lines(tuple(known), tuple(held_out), tuple(tagged))


def learn(lines: Sequence[Line], tagged: Sequence[TaggedProgression]) -> ChordModel:
    """The chain of these lines."""
    counts = {mode: counted(line for line in lines if line.mode is mode) for mode in Mode}
    transitions = smoothed(counts)
    valence, tension = chord_moods(tagged)
    return ChordModel(
        numerals=ALPHABET,
        transitions=transitions,
        places={
            family: place_factors([line for line in lines if line.mode.family is family], transitions)
            for family in (Mode.MAJOR, Mode.MINOR)
        },
        changes=change_rates(lines),
        returns=return_rate(lines),
        valence=valence,
        tension=tension,
    )


def counted(lines: Iterable[Line]) -> Floats:
    """Weighted numbers of changes: [from, to].

    What a piece repeats counts as the root of how often: a hundred rounds of one vamp are one idea.
    """
    pieces: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for line in lines:
        pieces[line.source, line.piece].update((before, after) for before, after, _ in line.changes())
    counts = np.zeros((len(ALPHABET), len(ALPHABET)))
    for (source, _), changes in pieces.items():
        for (before, after), number in changes.items():
            counts[_INDEX[before], _INDEX[after]] += WEIGHTS[source] * math.pow(number, REPEATS)
    return counts


def smoothed(counts: Mapping[Mode, Floats]) -> dict[Mode, Floats]:
    """Chances in each mode: its own counts over its family's, over root motions, over anything."""
    everything = np.sum(list(counts.values()), axis=0)
    motions = _over(_by_motion(everything), _uniform(), TO_MOTION)
    families = {family: _over(_of_family(counts, family), motions, TO_FAMILY) for family in (Mode.MAJOR, Mode.MINOR)}
    return {mode: _over(table, families[mode.family], TO_MODE) for mode, table in counts.items()}


def _of_family(counts: Mapping[Mode, Floats], family: Mode) -> Floats:
    return np.asarray(np.sum([table for mode, table in counts.items() if mode.family is family], axis=0))


def _over(counts: Floats, prior: Floats, strength: float) -> Floats:
    return np.asarray((counts + strength * prior) / (counts.sum(axis=1, keepdims=True) + strength))


def _uniform() -> Floats:
    size = len(ALPHABET)
    return np.asarray((1 - np.eye(size)) / (size - 1))


def _by_motion(counts: Floats) -> Floats:
    """The same counts, shared among all changes with the same motion of the root and the same qualities."""
    motion = (_ROOTS[None, :] - _ROOTS[:, None]) % 12
    kind = motion * 16 + _QUALITIES[:, None] * 4 + _QUALITIES[None, :]
    totals = np.bincount(kind.ravel(), counts.ravel(), minlength=12 * 16)
    return np.asarray(totals[kind] / 12 * (1 - np.eye(len(ALPHABET))))


def place_factors(lines: Sequence[Line], transitions: Mapping[Mode, Floats]) -> dict[Place, Floats]:
    """How often each chord is changed to at each place, over how often the chain alone would: [numerals] each."""
    found = {place: np.zeros(len(ALPHABET)) for place in Place}
    expected = {place: np.zeros(len(ALPHABET)) for place in Place}
    for line in lines:
        if line.first_slot is None:
            continue
        for before, after, place in line.changes():
            found[place][_INDEX[after]] += WEIGHTS[line.source]
            expected[place] += WEIGHTS[line.source] * transitions[line.mode][_INDEX[before]]
    return {place: np.clip((found[place] + TO_PLACE) / (expected[place] + TO_PLACE), *_PLACE_BOUNDS) for place in Place}


def change_rates(lines: Iterable[Line]) -> tuple[float, ...]:
    """Share of the half bars of each place in a phrase at which the chord changes."""
    changed, number = np.ones(SLOTS), np.full(SLOTS, 2.0)
    for line in lines:
        if line.first_slot is None:
            continue
        for place, (before, after) in enumerate(zip(line.halves, line.halves[1:], strict=False), 1):
            if before and after:
                slot = (line.first_slot + place) % SLOTS
                changed[slot] += WEIGHTS[line.source] * (before != after)
                number[slot] += WEIGHTS[line.source]
    return tuple((changed / number).tolist())


def return_rate(lines: Iterable[Line]) -> float:
    """Share of phrases whose fifth and sixth bars have the chords of the first two."""
    same = number = 0.0
    for line in lines:
        if line.first_slot is None:
            continue
        start = -line.first_slot % SLOTS
        for phrase in range(start, len(line.halves) - SLOTS + 1, SLOTS):
            first = line.halves[phrase : phrase + 2 * HALVES]
            again = line.halves[phrase + SLOTS // 2 : phrase + SLOTS // 2 + 2 * HALVES]
            if all(first):
                same += WEIGHTS[line.source] * (first == again)
                number += WEIGHTS[line.source]
    return same / number if number else 0.0


def chord_moods(tagged: Sequence[TaggedProgression]) -> tuple[Floats, Floats]:
    """What each chord adds to the valence and the tension of a progression, by ridge regression: [numerals] each."""
    known = [progression for progression in tagged if progression.moods]
    shares = np.stack([chord_shares(progression) for progression in known])
    targets = mood_targets(known)
    gram = shares.T @ shares + RIDGE / len(ALPHABET) * np.eye(len(ALPHABET))
    weights = np.linalg.solve(gram, shares.T @ (targets - targets.mean(axis=0)))
    return weights[:, 0], weights[:, 1]


def mood_targets(tagged: Sequence[TaggedProgression]) -> Floats:
    """Mean valence and tension of the tags: [progressions, 2]."""
    return np.array(
        [
            [np.mean([mood.valence for mood in one.moods]), np.mean([mood.tension for mood in one.moods])]
            for one in tagged
        ]
    )


def chord_shares(progression: TaggedProgression) -> Floats:
    """Share of a progression that each chord has: [numerals]."""
    line = tagged_line(progression)
    counts = Counter(numeral for numeral in line.halves[:-1] if numeral)
    shares = np.zeros(len(ALPHABET))
    for numeral, count in counts.items():
        shares[_INDEX[numeral]] = count / counts.total()
    return shares


def write_model(model: ChordModel, lines: Lines, data: Dataset, path: Path) -> None:
    """Write the table with its credits."""
    game = [source for source in data.names.sources if source.name in GAME_SETS]
    page = {
        "learned_from": dict(Counter(line.source for line in lines.known)),
        "credits": [*CREDITS, *(f"{source.credit}, {source.licence}, {source.address}" for source in game)],
        **model.as_json(),
    }
    path.write_text(json.dumps(page, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")
