"""Bars by rule, for when the network is late or missing: functional harmony, motifs and accompaniment patterns.

Needs numpy and about a millisecond a bar. What holds for a phrase (progression, motifs, patterns) is
drawn from one seed kept in the state, so that a phrase hangs together although bars are written one by one.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from random import Random

import numpy as np

from barwise.composing.composer import ComposedBar, State
from barwise.composing.vocabulary import DRUM_DURATION, DURATIONS, decode, encode
from barwise.music.attributes import SUB_BEATS, Attributes, measure, sub_beat
from barwise.music.harmony import CHORD_TONES, SCALES, Chord, Mode, Quality
from barwise.music.intent import PHRASE_BARS, BarIntent, Condition
from barwise.music.metre import TICKS_PER_QUARTER, Metre
from barwise.music.notes import HIGHEST_PITCH, LOWEST_PITCH, Bar, ChordChange, Note, Part

NAME = "rules"
STATE_SIZE = 8
OCTAVE = 12

_NUMERALS: Mapping[str, Chord] = {
    "I": Chord(0, Quality.MAJOR),
    "i": Chord(0, Quality.MINOR),
    "bII": Chord(1, Quality.MAJOR),
    "ii": Chord(2, Quality.MINOR),
    "iio": Chord(2, Quality.DIMINISHED),
    "II": Chord(2, Quality.MAJOR),
    "bIII": Chord(3, Quality.MAJOR),
    "iii": Chord(4, Quality.MINOR),
    "III": Chord(4, Quality.MAJOR),
    "IV": Chord(5, Quality.MAJOR),
    "iv": Chord(5, Quality.MINOR),
    "bv": Chord(6, Quality.MINOR),
    "Vs": Chord(7, Quality.SUSPENDED),
    "V": Chord(7, Quality.MAJOR),
    "v": Chord(7, Quality.MINOR),
    "bVI": Chord(8, Quality.MAJOR),
    "bvi": Chord(8, Quality.MINOR),
    "vi": Chord(9, Quality.MINOR),
    "bVII": Chord(10, Quality.MAJOR),
    "viio": Chord(11, Quality.DIMINISHED),
}


@dataclass(frozen=True, slots=True)
class _Progression:
    """Eight bars of numerals: half a cadence in the fourth, a whole one in the last two."""

    numerals: str
    brightness: float
    """Where on attributes.brightness it belongs, 0 to 1."""
    is_chromatic: bool = False


_PROGRESSIONS: Mapping[Mode, tuple[_Progression, ...]] = {
    Mode.MAJOR: (
        _Progression("I | vi | IV | V | I | vi | ii V | I", 1.0),
        _Progression("I | V | vi | IV | I | V | IV V | I", 1.0),
        _Progression("I | IV | I | V | I | IV | ii V | I", 1.0),
        _Progression("vi | IV | I | V | vi | IV | IV V | I", 0.9),
        _Progression("I | iii | IV | V | vi | iii | IV V | I", 0.9),
        _Progression("I | ii | vi | V | IV | I | ii V | I", 0.95),
        _Progression("I | IV | ii | V | iii | vi | ii V | I", 1.0),
        _Progression("I | bVII | IV | V | I | bVI | bVII | I", 0.7, is_chromatic=True),
        _Progression("I | II | IV | I | I | II | iv V | I", 0.75, is_chromatic=True),
        _Progression("I | bIII | IV | V | bVI | bVII | IV V | I", 0.6, is_chromatic=True),
        _Progression("I | III | IV | iv | I | vi | II V | I", 0.75, is_chromatic=True),
    ),
    Mode.MINOR: (
        _Progression("i | bVI | bIII | bVII | i | bVI | iv V | i", 0.2),
        _Progression("i | iv | bVII | bIII | bVI | iv | V | i", 0.2),
        _Progression("i | bVII | bVI | V | i | bVII | bVI V | i", 0.15),
        _Progression("i | v | bVI | iv | i | v | iv V | i", 0.1),
        _Progression("i | IV | i | bVII | i | IV | IV V | i", 0.35),
        _Progression("i | i | bVI | V | i | iv | iio V | i", 0.15),
        _Progression("i | bvi | i | V | i | bvi | iio V | i", 0.1),
        _Progression("i | viio | i | iv | bVI | iv | iio V | i", 0.15),
        _Progression("i | bII | i | V | bVI | bII | V | i", 0.05, is_chromatic=True),
        _Progression("i | bv | i | bII | i | bv | bII V | i", 0.05, is_chromatic=True),
        _Progression("i | bVI | IV | II | i | bIII | II V | i", 0.3, is_chromatic=True),
    ),
}

_ENDING = ("iv V", "i"), ("IV V", "I")
"""The last two bars of a piece, in minor and in major."""

_SEVENTHS: Mapping[Quality, tuple[Quality, ...]] = {
    Quality.MAJOR: (Quality.DOMINANT, Quality.MAJOR_SEVENTH),
    Quality.MINOR: (Quality.MINOR_SEVENTH,),
}
_CHROMATIC = 0.04
"""From this attributes.chromaticism on, pitches outside the scale may be used."""

_CHANCE_LIKENESS = 0.25
"""Similarity of bars that have only the progression and the patterns in common."""

_BENT = {Mode.MAJOR: {3: 1, 8: 1, 10: 1}, Mode.MINOR: {4: -1, 9: -1, 11: -1}}
"""Semitones that turn a line of the other mode into this one."""

_NATURAL = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 10)}
_GIVES_WAY = {Mode.MAJOR: {1: 2, 3: 4, 6: 5, 8: 9, 10: 11}, Mode.MINOR: {1: 2, 4: 3, 6: 5, 9: 8, 11: 10}}
"""Which degree of the scale makes room for a chord tone outside of it."""

_LETTERS = ("abacabad", "aabcaabd", "abcbabcd", "aaabaaad")
"""Which motif each bar of a phrase is made of; 'd' comes to rest."""

_BEAT_CELLS = ((1,), (1, 1), (3, 1), (2, 1, 1), (1, 1, 2), (-1, 1), (1, 1, 1, 1), (1, 1, 1))
_COMPOUND_CELLS = ((1,), (2, 1), (1, 1, 1), (1, 2), (3, 1, 2), (-1, 1, 1), (1, 1, 1, 1, 1, 1))
_PAIR_CELLS = ((1,), (1, 1), (3, 1), (1, 2, 1), (2, 1, 1), (1, 1, 2), (-1, 1, 2))
"""How a beat, a beat of three and two beats are divided: shares of their length, rests below 0."""

_RARE = 0.3
"""How often a cell that begins with a rest is taken, against the others."""

_ONE_NOTE = 1.4
"""A stretch that wants fewer notes than this gets one."""

_ACROSS_BEATS = 0.45
"""Share of pairs of beats with a rhythm across both."""

_MELODY_SHARE = 0.65
_BASS_SHARE = 0.5
"""Part of the wanted onsets that melody and bass take; the accompaniment fills in the rest."""

_FASTEST_MELODY = 3.0
_OTHER_VOICES = 2.6
"""Notes that sound beside the chords."""

_TASTE = 0.25
"""How far chance may prefer a pattern to a better fitting one."""


@dataclass(frozen=True, slots=True)
class _Texture:
    """How chords are played."""

    grid: str
    """Where they are struck, see _grids."""
    is_broken: bool = False
    """One note after another instead of all at once."""
    gate: float = 1.0
    """Share of the time to the next stroke for which they sound."""


_TEXTURES = (
    _Texture("changes"),
    _Texture("strong"),
    _Texture("beats"),
    _Texture("tresillo"),
    _Texture("offbeats", gate=0.6),
    _Texture("divisions", gate=0.7),
    _Texture("gallop", gate=0.7),
    _Texture("divisions", is_broken=True),
    _Texture("subdivisions", is_broken=True),
)
_BASS_GRIDS = ("changes", "strong", "beats", "tresillo", "divisions", "gallop")
_BROKEN_VOICES = 4
_FINAL_VOICES = 4
_BROKEN_ORDERS = ((0, 1, 2, 3), (0, 2, 1, 2), (0, 1, 2, 1), (3, 2, 1, 0), (0, 3, 2, 1))

_STEPS = (-3, -2, -1, 0, 1, 2, 3)
_STEP_WEIGHTS = (0.04, 0.13, 0.3, 0.1, 0.27, 0.12, 0.04)
_ARCH = (0, 1, 2, 1, 2, 4, 3, 0)
"""Scale steps by which the melody rises over a phrase: the top comes late."""

_ARCH_DEPTH = 1
_BELOW_CENTER, _ABOVE_CENTER = -7, 11
"""Semitones from a line's middle at which its steps turn around."""

_CENTERS = {Part.MELODY: 72, Part.COUNTER: 64, Part.CHORDS: 59, Part.BASS: 37}
"""Middle of each part where attributes.register is _USUAL_REGISTER."""
_FOLLOWS_REGISTER = {Part.MELODY: 0.9, Part.COUNTER: 0.9, Part.CHORDS: 0.9, Part.BASS: 0.3}
_USUAL_REGISTER = 60.0
_LOWEST_BASS = 28
_BASS_HEADROOM = 8
"""Semitones over the middle of its range from which the bass takes the fifth below."""

_FARTHEST = 12
"""Semitones by which the register moves a part at most."""

_LOUDER = {Part.MELODY: 8, Part.COUNTER: -4, Part.CHORDS: -6, Part.BASS: 2, Part.DRUMS: 0}
"""Velocities of the parts against the bar's mean."""

_KICK, _RIM, _SNARE, _HAT, _PEDAL, _OPEN, _CRASH, _RIDE = 36, 37, 38, 42, 44, 46, 49, 51
_LOW_TOM, _MIDDLE_TOM, _HIGH_TOM, _SHAKER = 41, 45, 48, 70


@dataclass(frozen=True, slots=True)
class _Kit:
    """A drum pattern: what is struck on which grid, and how much softer than the mean."""

    strokes: tuple[tuple[str, int, int], ...]
    is_loud: bool = False
    """Kept for bars louder than middling."""


_KITS = (
    _Kit((("first", _KICK, 0),)),
    _Kit((("strong", _LOW_TOM, 0),)),
    _Kit((("first", _KICK, 0), ("backbeats", _RIM, -14))),
    _Kit((("beats", _PEDAL, -20), ("first", _KICK, 0))),
    _Kit((("strong", _KICK, 0), ("backbeats", _RIM, -8), ("beats", _HAT, -18))),
    _Kit((("first", _KICK, 0), ("divisions", _SHAKER, -22), ("backbeats", _RIM, -12))),
    _Kit((("strong", _KICK, 4), ("backbeats", _SNARE, 4), ("divisions", _HAT, -16))),
    _Kit((("tresillo", _KICK, 4), ("backbeats", _SNARE, 6), ("divisions", _HAT, -14)), is_loud=True),
    _Kit((("tresillo", _LOW_TOM, 8), ("divisions", _MIDDLE_TOM, -16), ("first", _KICK, 10)), is_loud=True),
    _Kit((("gallop", _LOW_TOM, -4), ("strong", _KICK, 8), ("backbeats", _HIGH_TOM, 4)), is_loud=True),
    _Kit((("gallop", _KICK, 0), ("backbeats", _SNARE, 8), ("divisions", _RIDE, -12)), is_loud=True),
    _Kit((("strong", _KICK, 4), ("backbeats", _SNARE, 6), ("subdivisions", _HAT, -20))),
    _Kit((("subdivisions", _KICK, -8), ("backbeats", _SNARE, 10), ("beats", _OPEN, -12)), is_loud=True),
)
_FILL = (_SNARE, _HIGH_TOM, _MIDDLE_TOM, _LOW_TOM)
_FILLS_FROM, _FAST_FILLS_FROM = 0.2, 0.4
"""The attributes.drum_rhythm from which phrases end in fills, and in fast ones."""

_LONG_FILLS = 0.5
_LOUD = 0.6

_Event = tuple[int, int]
"""Onset and length in ticks."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the next bar must know of the last one, as eight figures."""

    seed: int = 0
    """Of the phrase; 0 before the music begins."""
    melody: int = 0
    """Last pitch of the melody, 0 for none."""
    bass: int = 0
    endings: int = 0
    """Bars of an ending already written."""
    voices: tuple[int, ...] = ()
    """Last pitches of the chords, up to four."""

    @classmethod
    def of(cls, state: State) -> "_Memory":
        seed, melody, bass, endings, *voices = (int(figure) for figure in state)
        return cls(seed, melody, bass, endings, tuple(voice for voice in voices if voice))

    def state(self) -> State:
        figures = [self.seed, self.melody, self.bass, self.endings, *self.voices[:4]]
        return np.array(figures + [0] * (STATE_SIZE - len(figures)), dtype=np.float32)


class _Dice:
    """Seeded choices; one die for each subject, so that subjects do not disturb each other."""

    def __init__(self, *seed: int) -> None:
        # A private stream, seeded from the caller's generator; numpy takes ten times as long to make one.
        self._random = Random("/".join(map(str, seed)))

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def pick(self, weights: Sequence[float]) -> int:
        """An index, as likely as its weight."""
        rest = self.share() * math.fsum(weights)
        for index, weight in enumerate(weights):
            rest -= weight
            if rest < 0:
                return index
        return len(weights) - 1


_HARMONY_DIE, _TEXTURE_DIE, _DRUM_DIE, _COUNTER_DIE, _MOTIF_DIE = range(5)


@dataclass(frozen=True, slots=True)
class _Page:
    """The bar at hand: what all of its parts need to know."""

    condition: Condition
    memory: _Memory
    harmony: tuple[ChordChange, ...]
    fresh: int
    """Seed of this bar alone."""
    theme: tuple[_Event, ...] = ()
    """A rhythm that the melody should keep; empty for one of its own."""

    @property
    def metre(self) -> Metre:
        return self.condition.metre

    @property
    def wanted(self) -> Attributes:
        return self.condition.attributes

    @property
    def phrase_bar(self) -> int:
        return self.condition.phrase_bar % PHRASE_BARS

    @property
    def is_final(self) -> bool:
        """Whether this bar is the last of a piece: its dominant has been heard."""
        return self.condition.is_ending and self.memory.endings > 0

    @property
    def rests(self) -> bool:
        """Whether the line comes to rest in this bar."""
        return self.is_final or self.phrase_bar in (PHRASE_BARS // 2 - 1, PHRASE_BARS - 1)

    @property
    def onsets_per_quarter(self) -> float:
        """Different onsets a quarter that the wanted rhythm amounts to."""
        return self.wanted.rhythm * 16 / self.metre.quarters

    def die(self, *subject: int) -> _Dice:
        """The die of a subject, equal in every bar of the phrase."""
        return _Dice(self.memory.seed, *subject)

    def chord_at(self, position: int) -> Chord:
        chord = Bar(self.metre, self.harmony).chord_at(position)
        return chord or _NUMERALS["I"]

    @property
    def melody_per_quarter(self) -> float:
        """Notes a quarter of a melody: all the rhythm there is where nothing accompanies it."""
        is_alone = not self.condition.parts & {Part.CHORDS, Part.BASS}
        return min(self.onsets_per_quarter * (1.0 if is_alone else _MELODY_SHARE), _FASTEST_MELODY)

    @property
    def changes(self) -> tuple[int, ...]:
        """Where the harmony changes, from 0 on."""
        return tuple(change.position for change in self.harmony)

    def ladder_at(self, position: int) -> tuple[int, ...]:
        """The pitches that a line may use at a tick."""
        return _ladder(self.chord_at(position), self.condition.mode)

    def center(self, part: Part) -> float:
        """Middle of a part's range, moved by the wanted register."""
        moved = (self.wanted.register - _USUAL_REGISTER) * _FOLLOWS_REGISTER[part]
        return _CENTERS[part] + min(max(moved, -_FARTHEST), _FARTHEST)


class RuleComposer:
    """Writes bars by rule; as a Composer it keeps nothing between calls."""

    def initial_state(self) -> State:
        """The memory of a piece that has not begun: eight zeros."""
        return np.zeros(STATE_SIZE, dtype=np.float32)

    def compose(
        self, intent: BarIntent, state: State, reference: Bar | None, random: np.random.Generator
    ) -> ComposedBar:
        """The next bar; of a reference it keeps the first part, as long as the wanted similarity says."""
        condition = intent.condition
        fresh = int(random.integers(1, 1 << 23))
        memory = _turned(_Memory.of(state), condition, fresh)
        kept = _kept(reference, condition)
        cut = _cut(condition, memory, kept)
        page = _Page(condition, memory, _harmony(condition, memory, kept, cut), fresh, _theme(kept, cut))
        bar = _finished(page, _joined(_written(page), kept, cut, condition.parts))
        return ComposedBar(bar, _remembered(page, bar).state(), measure(bar, condition.mode), NAME)


def _turned(memory: _Memory, condition: Condition, fresh: int) -> _Memory:
    """The memory as a bar begins: every phrase has a seed of its own."""
    begins = condition.phrase_bar % PHRASE_BARS == 0 or not memory.seed
    endings = memory.endings if condition.is_ending else 0
    return replace(memory, seed=fresh if begins else memory.seed, endings=endings)


def _remembered(page: _Page, bar: Bar) -> _Memory:
    melody = bar.of(Part.MELODY)
    bass = bar.of(Part.BASS)
    return _Memory(
        seed=page.memory.seed,
        melody=melody[-1].pitch if melody else page.memory.melody,
        bass=bass[-1].pitch if bass else page.memory.bass,
        endings=page.memory.endings + page.condition.is_ending,
        voices=_voicings(page, 3)[-1],
    )


def _kept(reference: Bar | None, condition: Condition) -> Bar | None:
    """The reference in this bar's mode; None where there is nothing to answer."""
    if reference is None or condition.similarity is None or reference.metre != condition.metre:
        return None
    mean = round(sum(note.velocity for note in reference.notes) / max(len(reference.notes), 1))
    notes = tuple(replace(note, velocity=note.velocity - mean) for note in reference.notes)
    if condition.attributes.chromaticism >= _CHROMATIC or _is_in(condition.mode, reference):
        return replace(reference, notes=notes)
    bent = _BENT[condition.mode]
    return Bar(reference.metre, (), tuple(_moved(note, bent.get(note.pitch % OCTAVE, 0)) for note in notes))


def _moved(note: Note, semitones: int) -> Note:
    return note if note.part is Part.DRUMS else replace(note, pitch=note.pitch + semitones)


def _is_in(mode: Mode, bar: Bar) -> bool:
    pitches = {note.pitch % OCTAVE for note in bar.notes if note.part is not Part.DRUMS}
    tones = {tone for change in bar.harmony if change.chord for tone in change.chord.tones}
    return pitches | tones <= SCALES[mode]


def _cut(condition: Condition, memory: _Memory, kept: Bar | None) -> int:
    """The tick up to which the reference is repeated: its head stays and its tail is new."""
    if kept is None or condition.similarity is None:
        return 0
    metre = condition.metre
    share = (condition.similarity - _CHANCE_LIKENESS) / (1 - _CHANCE_LIKENESS)
    cut = max(round(share * metre.beats), 0) * metre.beat_ticks
    latest = 0 if memory.endings else metre.bar_ticks // 2 if condition.is_ending else metre.bar_ticks
    return min(cut, latest)


def _theme(kept: Bar | None, cut: int) -> tuple[_Event, ...]:
    """The rhythm of a reference too unlike to be repeated: the likeness that ears find first."""
    return () if kept is None or cut else tuple((note.position, note.duration) for note in kept.of(Part.MELODY))


def _joined(fresh: Sequence[Note], kept: Bar | None, cut: int, parts: Iterable[Part]) -> list[Note]:
    """The reference up to the cut and fresh notes from there on, part by part."""
    heads = [note for note in kept.notes if note.position < cut] if kept else []
    joined: list[Note] = []
    for part in parts:
        mine = [note for note in fresh if note.part is part]
        tail = [note for note in mine if note.position >= cut]
        end = min((note.position for note in tail), default=math.inf)
        head = [_until(note, end) for note in heads if note.part is part]
        joined += head + tail or mine
    return joined


def _until(note: Note, end: float) -> Note:
    return note if note.end <= end else replace(note, duration=int(end) - note.position)


def _harmony(condition: Condition, memory: _Memory, kept: Bar | None, cut: int) -> tuple[ChordChange, ...]:
    """The reference's chords up to the cut, the progression's from there on."""
    own = _own_harmony(condition, memory)
    head = [change for change in kept.harmony if change.position < cut and change.chord] if kept else []
    if not head or head[0].position:
        return own
    tail = [change for change in own if change.position >= cut]
    resumed = Bar(condition.metre, own).chord_at(cut)
    if cut < condition.metre.bar_ticks and head[-1].chord != resumed:
        tail = [ChordChange(cut, resumed), *(change for change in tail if change.position > cut)]
    return (*head, *tail)


def _own_harmony(condition: Condition, memory: _Memory) -> tuple[ChordChange, ...]:
    numerals = _numerals(condition, memory).split()
    die = _Dice(memory.seed, _HARMONY_DIE, condition.phrase_bar)
    chords = [_colored(_NUMERALS[numeral], condition, die) for numeral in numerals]
    half = _half(condition.metre)
    if len(chords) == 1 or not half:
        return (ChordChange(0, chords[-1]),)
    return ChordChange(0, chords[0]), ChordChange(half, chords[1])


def _numerals(condition: Condition, memory: _Memory) -> str:
    """One or two chords of the phrase's progression, or of an ending."""
    if condition.is_ending:
        return _ENDING[condition.mode is Mode.MAJOR][memory.endings > 0]
    chromaticism = condition.attributes.chromaticism
    choices = [it for it in _PROGRESSIONS[condition.mode] if chromaticism >= _CHROMATIC or not it.is_chromatic]
    weights = [_fitness(it, condition.attributes) for it in choices]
    chosen = choices[_Dice(memory.seed, _HARMONY_DIE).pick(weights)]
    return chosen.numerals.split("|")[condition.phrase_bar % PHRASE_BARS]


def _fitness(progression: _Progression, wanted: Attributes) -> float:
    bright = math.exp(-(((progression.brightness - wanted.brightness) / 0.15) ** 2)) + 1e-3
    return bright * (1 + 12 * wanted.chromaticism * progression.is_chromatic)


def _colored(chord: Chord, condition: Condition, die: _Dice) -> Chord:
    """The chord, with the seventh that the scale gives it where dissonance is wanted; a close stays plain."""
    closes = condition.is_ending or condition.phrase_bar % PHRASE_BARS == PHRASE_BARS - 1
    if closes or die.share() >= (condition.attributes.dissonance - 0.05) * 3.5:
        return chord
    sevenths = (Chord(chord.root, quality) for quality in _SEVENTHS.get(chord.quality, ()))
    return next((seventh for seventh in sevenths if SCALES[condition.mode].issuperset(seventh.tones)), chord)


@lru_cache(maxsize=512)
def _ladder(chord: Chord, mode: Mode) -> tuple[int, ...]:
    """The pitches that a line may use over a chord: the scale, bent to hold the chord's tones."""
    scale = set(_NATURAL[mode])
    for tone in set(chord.tones) - scale:
        scale.discard(_GIVES_WAY[mode].get(tone, tone))
        scale.add(tone)
    scale |= set(chord.tones)
    return tuple(pitch for pitch in range(LOWEST_PITCH, HIGHEST_PITCH + 1) if pitch % OCTAVE in scale)


def _nearest(pitches: Sequence[int], target: float) -> int:
    """Of some pitches, upward, the one nearest to a target; the lower on a tie."""
    place = bisect_left(pitches, target)
    below, above = pitches[max(place - 1, 0)], pitches[min(place, len(pitches) - 1)]
    return below if target - below <= above - target else above


@lru_cache(maxsize=512)
def _pitches(classes: tuple[int, ...]) -> tuple[int, ...]:
    """All pitches of some pitch classes, upward."""
    return tuple(pitch for pitch in range(LOWEST_PITCH, HIGHEST_PITCH + 1) if pitch % OCTAVE in classes)


def _classes(pitches: Iterable[int]) -> set[int]:
    return {pitch % OCTAVE for pitch in pitches}


def _half(metre: Metre) -> int:
    """The strongest inner beat; 0 where the bar has only one."""
    return {1: 0, 2: 1, 3: 2, 4: 2, 5: 3}.get(metre.beats, metre.beats // 2) * metre.beat_ticks


@lru_cache(maxsize=64)
def _grids(metre: Metre) -> Mapping[str, tuple[int, ...]]:
    """Named sets of positions in a bar."""
    bar, beat = metre.bar_ticks, metre.beat_ticks
    division = beat // 3 if metre.is_compound else beat // 2
    subdivision = division // 2 if division % 2 == 0 else division
    beats = range(0, bar, beat)
    gallop = (0, 2 * division) if metre.is_compound else tuple({0, division, (division + subdivision) % beat})
    half = _half(metre)
    return {
        "changes": (),
        "first": (0,),
        "strong": (0, half) if half else (0,),
        "beats": tuple(beats),
        "backbeats": tuple(beats[1:] if metre.beats == 3 else beats[1::2]) or (bar // 2,),
        "divisions": tuple(range(0, bar, division)),
        "offbeats": tuple(start for start in range(0, bar, division) if start % beat),
        "subdivisions": tuple(range(0, bar, subdivision)),
        "tresillo": tuple(range(0, bar, 3 * division)),
        "gallop": tuple(sorted({start + step for start in beats for step in gallop})),
    }


def _rhythm(page: _Page, per_quarter: float, die: _Dice) -> list[_Event]:
    """Onsets and lengths of a line: the bar in groups of beats, each divided as finely as wanted."""
    metre = page.metre
    events: list[_Event] = []
    if per_quarter * metre.quarters >= _ONE_NOTE:
        for beat in range(0, metre.beats, 2):
            events += _group(beat, min(2, metre.beats - beat), metre, per_quarter, die)
    return events or [(0, metre.bar_ticks)]


def _group(first: int, beats: int, metre: Metre, per_quarter: float, die: _Dice) -> list[_Event]:
    """The rhythm of one or two beats."""
    beat = metre.beat_ticks
    wanted = per_quarter * beats * beat / TICKS_PER_QUARTER
    if beats > 1 and not metre.is_compound and die.share() < _ACROSS_BEATS:
        return _cell(first * beat, 2 * beat, _PAIR_CELLS, wanted, die)
    if wanted < _ONE_NOTE:
        return [(first * beat, beats * beat)]
    cells = _COMPOUND_CELLS if metre.is_compound else _BEAT_CELLS
    return [event for at in range(first, first + beats) for event in _cell(at * beat, beat, cells, wanted / beats, die)]


def _cell(start: int, span: int, cells: Sequence[tuple[int, ...]], wanted: float, die: _Dice) -> list[_Event]:
    """One of the cells that fit the grid, likelier the nearer its number of notes is to the wanted one."""
    fitting = [cell for cell in cells if span % sum(map(abs, cell)) == 0]
    counts = [sum(share > 0 for share in cell) for cell in fitting]
    weights = [
        math.exp(-1.5 * (count - wanted) ** 2) * (_RARE if cell[0] < 0 else 1.0)
        for cell, count in zip(fitting, counts, strict=True)
    ]
    cell = fitting[die.pick(weights)]
    unit = span // sum(map(abs, cell))
    starts = accumulate((abs(share) * unit for share in cell), initial=start)
    return [(at, share * unit) for at, share in zip(starts, cell, strict=False) if share > 0]


def _at_rest(events: Sequence[_Event], page: _Page) -> list[_Event]:
    """The rhythm with one long note in place of its end."""
    rest = 0 if page.is_final else _half(page.metre)
    return [(at, length) for at, length in events if at + length <= rest] + [(rest, page.metre.bar_ticks - rest)]


def _spans(starts: Iterable[int], end: int, gate: float = 1.0) -> list[_Event]:
    """Events that last a share of the way to the next one."""
    ordered = sorted(set(starts))
    return [(at, max(int((after - at) * gate), 1)) for at, after in zip(ordered, [*ordered, end][1:], strict=True)]


def _written(page: _Page) -> list[Note]:
    """All the parts of the bar, each written anew; velocities count from the bar's mean until it is finished."""
    parts = page.condition.parts
    melody = _melody(page) if Part.MELODY in parts else []
    texture, voices, bass = _accompaniment(page)
    notes = list(melody)
    if Part.COUNTER in parts:
        notes += _counter(page, melody)
    if Part.CHORDS in parts:
        notes += _chords(page, texture, voices)
    if Part.BASS in parts:
        notes += _bass(page, bass)
    if Part.DRUMS in parts:
        notes += _drums(page)
    return notes


def _melody(page: _Page) -> list[Note]:
    letters = _LETTERS[page.die(_MOTIF_DIE).pick([1] * len(_LETTERS))]
    die = page.die(_MOTIF_DIE, ord(letters[page.phrase_bar]))
    events = page.theme or _rhythm(page, page.melody_per_quarter, die)
    return _embroidered(page, _line(page, _at_rest(events, page) if page.rests else events, Part.MELODY, die))


def _line(page: _Page, events: Sequence[_Event], part: Part, die: _Dice) -> list[Note]:
    """Pitches for a rhythm: mostly steps, chord tones where they are noticed."""
    beat = page.metre.beat_ticks
    notes: list[Note] = []
    pitch = _opening(page, part)
    for position, duration in events:
        chord = page.chord_at(position)
        step = _STEPS[die.pick(_STEP_WEIGHTS)] if notes else 0
        pitch = _stepped(page, part, pitch, step, page.ladder_at(position))
        if position % beat == 0 or duration >= beat or not notes:
            pitch = _settled(pitch, step, chord, notes[-1].pitch if notes else 0)
        notes.append(Note(position, part, pitch, duration, _LOUDER[part]))
    if page.rests and notes:
        notes[-1] = replace(notes[-1], pitch=_resting(page, notes))
    return notes


def _opening(page: _Page, part: Part) -> int:
    """Where a line begins: on a chord tone between where it was and where the phrase's arch lies."""
    arch = page.center(part) + _ARCH[page.phrase_bar] - _ARCH_DEPTH
    before = page.memory.melody if part is Part.MELODY else 0
    return _nearest(_pitches(page.chord_at(0).tones), (arch + before) / 2 if before else arch)


def _stepped(page: _Page, part: Part, pitch: int, step: int, ladder: Sequence[int]) -> int:
    """The pitch some scale steps away; the step turns around at the edge of the part's range."""
    place = ladder.index(_nearest(ladder, pitch))
    moved = ladder[min(max(place + step, 0), len(ladder) - 1)]
    offset = moved - page.center(part)
    if (offset < _BELOW_CENTER and step < 0) or (offset > _ABOVE_CENTER and step > 0):
        moved = ladder[min(max(place - step, 0), len(ladder) - 1)]
    return moved


def _settled(pitch: int, step: int, chord: Chord, before: int) -> int:
    """The chord tone nearest to a pitch; a step that would fall back on the note before goes on to the next tone."""
    tones = _pitches(chord.tones)
    settled = _nearest(tones, pitch + math.copysign(0.25, step))
    if step and settled == before and tones[0] < settled < tones[-1]:
        settled = tones[tones.index(settled) + (1 if step > 0 else -1)]
    return settled


def _resting(page: _Page, notes: Sequence[Note]) -> int:
    """The last pitch of a line at rest: the chord's root where the phrase closes, any chord tone halfway."""
    tones = page.chord_at(notes[-1].position).tones
    closes = page.is_final or page.phrase_bar == PHRASE_BARS - 1
    before = notes[-2].pitch if len(notes) > 1 else page.memory.melody or notes[-1].pitch
    return _nearest(_pitches(tones[:1] if closes else tones), before)


def _embroidered(page: _Page, notes: list[Note]) -> list[Note]:
    """The line with chromatic approaches on short weak notes, as many as wanted."""
    chromaticism, beat = page.wanted.chromaticism, page.metre.beat_ticks
    if chromaticism < _CHROMATIC:
        return notes
    die = _Dice(page.fresh)
    for place, (note, after) in enumerate(pairwise(notes)):
        is_weak = note.position % beat and note.duration < beat
        if is_weak and note.pitch != after.pitch and die.share() < chromaticism * 5:
            notes[place] = replace(note, pitch=after.pitch + (1 if note.pitch > after.pitch else -1))
    return notes


def _counter(page: _Page, melody: Sequence[Note]) -> list[Note]:
    """A second line: long notes below the melody, thirds and sixths with it, or answers in its gaps."""
    if page.is_final:
        return _held_counter(page, melody)
    is_busy = page.onsets_per_quarter > 1
    weights = (1.0, 1.0, 0.8) if is_busy else (1.0, 0.2, 0.1)
    way = (_held_counter, _parallel_counter, _answering_counter)[page.die(_COUNTER_DIE).pick(weights)]
    return way(page, melody) or _held_counter(page, melody)


def _held_counter(page: _Page, melody: Sequence[Note]) -> list[Note]:
    """A long note a chord: the tone that moves least, below the melody and not the same."""
    before = page.center(Part.COUNTER)
    notes = []
    for position, duration in _spans(page.changes, page.metre.bar_ticks):
        above = [note.pitch for note in melody if position <= note.position < position + duration]
        choices = _pitches(page.chord_at(position).tones)
        below = [
            it
            for it in choices
            if it <= min(above, default=HIGHEST_PITCH) - 3 and it % OCTAVE not in _classes(above[:1])
        ]
        pitch = _nearest(below or choices, before)
        before = (pitch + page.center(Part.COUNTER)) / 2
        notes.append(Note(position, Part.COUNTER, pitch, duration, _LOUDER[Part.COUNTER]))
    return notes


def _parallel_counter(page: _Page, melody: Sequence[Note]) -> list[Note]:
    """A third under the melody's weightier notes, or a sixth where only that is of the chord."""
    beat = page.metre.beat_ticks
    led = [note for note in melody if note.position % beat == 0 or note.duration >= beat // 2]
    spans = _spans((note.position for note in led), page.metre.bar_ticks)
    return [
        Note(note.position, Part.COUNTER, _below(page, note), length, _LOUDER[Part.COUNTER])
        for note, (_, length) in zip(led, spans, strict=True)
    ]


def _below(page: _Page, note: Note) -> int:
    ladder = page.ladder_at(note.position)
    place = ladder.index(_nearest(ladder, note.pitch))
    third, sixth = ladder[max(place - 2, 0)], ladder[max(place - 5, 0)]
    tones = page.chord_at(note.position).tones
    return sixth if third % OCTAVE not in tones and sixth % OCTAVE in tones else third


def _answering_counter(page: _Page, melody: Sequence[Note]) -> list[Note]:
    """A run of notes under every long note of the melody."""
    beat = page.metre.beat_ticks
    division = beat // 3 if page.metre.is_compound else beat // 2
    starts = [range(note.position + beat, note.end, division) for note in melody if note.duration >= 2 * beat]
    events = [(at, division) for run in starts for at in run]
    return _line(page, events, Part.COUNTER, page.die(_COUNTER_DIE, page.phrase_bar))


def _accompaniment(page: _Page) -> tuple[_Texture, int, str]:
    """Texture and number of voices of the chords, grid of the bass: what comes nearest to what is wanted."""
    if page.is_final:
        return _TEXTURES[0], _FINAL_VOICES, _BASS_GRIDS[0]
    melody = max(page.melody_per_quarter * page.metre.quarters, 1.0) * (Part.MELODY in page.condition.parts)
    die, grids, quarters = page.die(_TEXTURE_DIE), _grids(page.metre), page.metre.quarters
    slow = page.onsets_per_quarter * _BASS_SHARE
    bass = min(_BASS_GRIDS, key=lambda grid: _apart(len(grids[grid] or (0,)) / quarters, slow) + die.share() * _TASTE)
    beneath = len(grids[bass] or (0,))

    def cost(choice: tuple[_Texture, int]) -> float:
        texture, voices = choice
        strokes = len(grids[texture.grid] or (0,))
        return (
            _apart(max(strokes, melody, beneath) / quarters, page.onsets_per_quarter)
            + _apart((strokes * voices + melody * 1.4 + beneath) / quarters, page.wanted.density)
            + _apart(voices * min(texture.gate + 0.2, 1) + _OTHER_VOICES, page.wanted.polyphony)
            + die.share() * _TASTE
        )

    choices = [(texture, voices) for texture in _TEXTURES for voices in ((1,) if texture.is_broken else (2, 3, 4))]
    return (*min(choices, key=cost), bass)


def _apart(got: float, wanted: float) -> float:
    return abs(math.log((got + 0.5) / (wanted + 0.5)))


def _chords(page: _Page, texture: _Texture, voices: int) -> list[Note]:
    grid = _grids(page.metre)[texture.grid]
    sustains = texture.gate >= 1.0 and not texture.is_broken
    starts = {*grid, *page.changes} if sustains or not grid else set(grid)
    voicings = dict(zip(page.changes, _voicings(page, _BROKEN_VOICES if texture.is_broken else voices), strict=True))
    order = _BROKEN_ORDERS[page.die(_TEXTURE_DIE, 1).pick([1] * len(_BROKEN_ORDERS))]
    notes = []
    for number, (position, duration) in enumerate(_spans(starts, page.metre.bar_ticks, texture.gate)):
        voicing = voicings[max(change for change in page.changes if change <= position)]
        struck = [voicing[order[number % len(order)]]] if texture.is_broken else voicing
        notes += [Note(position, Part.CHORDS, pitch, duration, _LOUDER[Part.CHORDS]) for pitch in struck]
    return notes


def _voicings(page: _Page, voices: int) -> list[tuple[int, ...]]:
    """The bar's chords in close position, each moving as little as can be from the one before."""
    before = page.memory.voices
    voicings = []
    for change in page.changes:
        before = _voicing(page.chord_at(change), voices, before, page.center(Part.CHORDS))
        voicings.append(before)
    return voicings


def _voicing(chord: Chord, voices: int, before: Sequence[int], center: float) -> tuple[int, ...]:
    ladder = _pitches(_telling(chord, voices))
    first = max(bisect_left(ladder, center - OCTAVE) - 1, 0)
    windows = [ladder[at : at + voices] for at in range(first, min(first + 9, len(ladder) - voices + 1))]

    def cost(voicing: tuple[int, ...]) -> float:
        moves = sum(min(abs(pitch - other) for other in before) for pitch in voicing) if before else 0
        return 1.2 * abs(sum(voicing) / voices - center) + moves

    return min(windows, key=cost)


def _telling(chord: Chord, voices: int) -> tuple[int, ...]:
    """The tones to play when there are fewer voices than tones: the fifth is missed least."""
    root, *others = chord.tones
    return chord.tones if voices >= len(chord.tones) else (root, others[0], *others[2:], *others[1:2])[:voices]


def _bass(page: _Page, grid: str) -> list[Note]:
    """Roots where the chord changes, fifths and octaves between."""
    notes = []
    root = page.memory.bass or round(page.center(Part.BASS))
    for position, duration in _spans({*page.changes, *_grids(page.metre)[grid]}, page.metre.bar_ticks):
        chord = page.chord_at(position)
        target = (root + 2 * page.center(Part.BASS)) / 3
        root = _nearest([pitch for pitch in _pitches(chord.tones[:1]) if pitch >= _LOWEST_BASS], target)
        pitch = root if position in page.changes else root + _over_root(page, chord, root, position)
        notes.append(Note(position, Part.BASS, pitch, duration, _LOUDER[Part.BASS]))
    return notes


def _over_root(page: _Page, chord: Chord, root: int, position: int) -> int:
    """Semitones over the root between chords: the fifth on strong and last beats, else the root again."""
    is_last = position >= page.metre.bar_ticks - page.metre.beat_ticks and position % page.metre.beat_ticks == 0
    if not (is_last or position == _half(page.metre)):
        return 0
    fifth = CHORD_TONES[chord.quality][1 if chord.quality is Quality.POWER else 2]
    return fifth - OCTAVE if root + fifth > page.center(Part.BASS) + _BASS_HEADROOM else fifth


def _drums(page: _Page) -> list[Note]:
    kit = _kit(page)
    strokes = {(at, drum): softer for grid, drum, softer in kit.strokes for at in _grids(page.metre)[grid]}
    is_loud = page.wanted.loudness > _LOUD
    if page.is_final:
        strokes = {(0, _KICK): 0, (0, _CRASH): 0} if is_loud else {(0, _LOW_TOM): -8}
    elif page.wanted.drum_rhythm > _FILLS_FROM:
        strokes |= {(0, _CRASH): 4} if is_loud and page.phrase_bar == 0 else {}
        strokes = _filled(strokes, page) if page.phrase_bar == PHRASE_BARS - 1 else strokes
    return [Note(at, Part.DRUMS, drum, DURATIONS[DRUM_DURATION], softer) for (at, drum), softer in strokes.items()]


def _kit(page: _Page) -> _Kit:
    """A pattern of about the wanted number of onsets, the same all through the phrase."""
    kits = [kit for kit in _KITS if page.wanted.loudness > _LOUD or not kit.is_loud]
    weights = [math.exp(-(((_share(kit, page.metre) - page.wanted.drum_rhythm) / 0.1) ** 2)) + 1e-9 for kit in kits]
    return kits[page.die(_DRUM_DIE).pick(weights)]


@lru_cache(maxsize=256)
def _share(kit: _Kit, metre: Metre) -> float:
    """The attributes.drum_rhythm of a pattern."""
    grids = _grids(metre)
    return len({sub_beat(at, metre.bar_ticks) for grid, _, _ in kit.strokes for at in grids[grid]}) / SUB_BEATS


def _filled(strokes: Mapping[tuple[int, int], int], page: _Page) -> dict[tuple[int, int], int]:
    """The pattern with its last beat or two given to a run down the toms."""
    metre = page.metre
    beats = 2 if page.die(_DRUM_DIE, 1).share() < _LONG_FILLS and metre.beats > 2 else 1
    start = metre.bar_ticks - beats * metre.beat_ticks
    grid = "subdivisions" if page.wanted.drum_rhythm > _FAST_FILLS_FROM else "divisions"
    run = [at for at in _grids(metre)[grid] if at >= start]
    fill = {(at, _FILL[place * len(_FILL) // len(run)]): 16 * place // len(run) - 8 for place, at in enumerate(run)}
    return {key: softer for key, softer in strokes.items() if key[0] < start or key[1] == _KICK} | fill


def _finished(page: _Page, notes: Iterable[Note]) -> Bar:
    """The notes at the wanted loudness, with lengths and velocities that the vocabulary has."""
    ordered = sorted({(note.position, note.part, note.pitch): note for note in notes}.values())
    if not ordered:
        return Bar(page.metre, page.harmony)
    mean = page.wanted.loudness * 127 - sum(note.velocity for note in ordered) / len(ordered)
    fitted = tuple(_fitted(note, mean) for note in ordered)
    return decode(encode(Bar(page.metre, page.harmony, fitted)), page.metre)


def _fitted(note: Note, mean: float) -> Note:
    velocity = min(max(round(mean + note.velocity), 1), 127)
    return Note(note.position, note.part, _playable(note), _floor(note.duration), velocity)


def _playable(note: Note) -> int:
    if note.part is Part.DRUMS or LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH:
        return note.pitch
    edge = LOWEST_PITCH if note.pitch < LOWEST_PITCH else HIGHEST_PITCH + 1 - OCTAVE
    return edge + (note.pitch - edge) % OCTAVE


def _floor(duration: int) -> int:
    """The longest length of the vocabulary that is no longer: nothing runs into the next note."""
    return DURATIONS[max(bisect_right(DURATIONS, duration) - 1, 1)]
