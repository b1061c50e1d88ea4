"""How one state leads to another: bars that close in the old one on a dominant of the new one's key. Pure.

Knows chords, keys and moods; the director makes bars of them.
"""

from dataclasses import dataclass
from functools import lru_cache

from barwise.directing.cadences import dominant_of, in_key, mode_over, tonic_chord
from barwise.directing.coloring import leaning_of
from barwise.music.harmony import DEGREES, Chord, Key, Mode, Quality
from barwise.music.metre import Metre
from barwise.music.mood import Mood

CLOSING_BARS = 4
"""So many bars of an approach close at most: those before go on as the old state has them."""

LEANING = 0.5
"""Added to the log-weights of the dominant's tones in the last bar: it must be heard as one."""


@dataclass(frozen=True, slots=True)
class Approach:
    """The bars that lead to a state; without bars it is a cut, which a fill may announce."""

    first: int
    """Number of the first bar of the approach."""
    metres: tuple[Metre | None, ...]
    """A metre for each of its bars; None has the old state's."""
    tempos: tuple[float | None, ...]
    """The tempo that each bar glides to, in quarter notes a minute; None goes evenly to the new state's."""
    state: str
    """Name of the state, which is entered at the bar after the last."""
    has_fill: bool = False
    """Whether the last bar before the state ends in a fill of the drums."""
    glide_ticks: float | None = None
    """Ticks from its beginning over which the first bar's tempo is reached, which may be more than that bar has;
    None lets each bar glide to its tempo from its first tick to its last."""

    @staticmethod
    def bridge(first: int, bars: int, state: str, *, has_fill: bool = False) -> "Approach":
        """So many bars, 0 or more, in the old metre that go evenly to the new tempo."""
        return Approach(first, (None,) * bars, (None,) * bars, state, has_fill)

    @property
    def end(self) -> int:
        """Number of the bar at which the state is entered."""
        return self.first + len(self.metres)

    @property
    def closing(self) -> range:
        """The numbers of the bars that close: the last CLOSING_BARS."""
        return range(max(self.first, self.end - CLOSING_BARS), self.end)

    def asked_of(self, bar: int) -> tuple[Metre | None, float | None]:
        """The metre and the tempo that it has for a bar; None, and outside its bars, leaves them as they are."""
        place = bar - self.first
        return (self.metres[place], self.tempos[place]) if 0 <= place < len(self.metres) else (None, None)

    def glide_of(self, bar: int, metre: Metre) -> float:
        """Ticks that the glide to a given tempo has still to go as a bar of it begins; metre is the old state's."""
        if self.glide_ticks is None:
            return float((self.metres[bar - self.first] or metre).bar_ticks)
        passed = sum((before or metre).bar_ticks for before in self.metres[: bar - self.first])
        return max(self.glide_ticks - passed, 0.0)

    @property
    def fill_bar(self) -> int | None:
        """Number of the bar that ends in a fill: the last before the state; None without one."""
        return self.end - 1 if self.has_fill else None


@dataclass(frozen=True, slots=True)
class ClosingBar:
    """What one closing bar sounds on."""

    key: Key
    harmony: tuple[Chord, ...]
    """In the bar's key."""


@lru_cache(maxsize=128)
def closing_bar(old: Key, before: Chord | None, new: Key, bars_left: int, is_first: bool = True) -> ClosingBar:
    """The next of so many bars, 1 or more, that lead from a key to another; `before` is the last chord, in the old key.

    The chords go the shortest way: through ones that both keys have, where there are any, to a chord that
    prepares the dominant of the new tonic, to that dominant. A bar is in the old key as long as that has its
    chords, and the last is in the new one. A single bar has both, the preparing chord and the dominant.
    """
    dominant = dominant_of(new.mode, is_new_tonic=old.tonic != new.tonic)
    at_last = Key(new.tonic, mode_over(dominant, new.mode))
    if bars_left == 1 and not is_first:
        return ClosingBar(at_last, (dominant,))
    start = in_key(before or tonic_chord(old.mode), old, _C)
    path = _path(start, old, new, in_key(dominant, new, _C), max(bars_left, 2))
    if bars_left == 1:
        return ClosingBar(at_last, tuple(in_key(chord, _C, new) for chord in path))
    is_old = not _outside(path[0], old) or _outside(path[0], new) > 0
    return ClosingBar(old if is_old else new, (in_key(path[0], _C, old if is_old else new),))


_C = Key()
"""In its degrees chords of different keys are compared."""

_TRIADS = tuple(Chord(root, quality) for root in range(12) for quality in (Quality.MAJOR, Quality.MINOR))

_MOTIONS = (0.9, 0.2, 0.2, 0.5, 0.5, 0.0, 1.0, 0.4, 0.15, 0.15, 0.35, 0.35)
"""Cost of a root's motion, by the semitones that it goes up: falling fifths are the natural way, then falling
thirds and rising seconds."""

_REPEATED = 1.2
"""Cost of staying on a chord."""

_OUTSIDE_OLD, _OUTSIDE_NEW = 0.5, 0.7
"""Cost of a tone that a key lacks, for the chord before the dominant; those before it count the old key's twice."""

_PREPARING = {5: 0.0, 2: 0.1, 9: 0.4, 8: 0.4}
"""Cost of a root, in semitones above the new tonic, before the dominant: the fourth, second and sixth degrees."""
_NOT_PREPARING, _DOMINANT_ALREADY = 1.0, 3.0


def _path(start: Chord, old: Key, new: Key, dominant: Chord, steps: int) -> tuple[Chord, ...]:
    """The cheapest chords, all in C, so many that end with the dominant; start is the chord before them."""
    ways: list[tuple[float, tuple[Chord, ...]]] = [(0.0, (start,))]
    for step in range(steps - 1):
        is_preparing = step == steps - 2
        ways = [
            min(
                (cost + _stay(chord, old, new, is_preparing) + _motion(way[-1], chord), (*way, chord))
                for cost, way in ways
            )
            for chord in _TRIADS
        ]
    _, best = min((cost + _motion(way[-1], dominant), way) for cost, way in ways)
    return (*best[1:], dominant)


def _stay(chord: Chord, old: Key, new: Key, is_preparing: bool) -> float:
    """What a chord costs at its place."""
    if not is_preparing:
        return 2 * _OUTSIDE_OLD * _outside(chord, old)
    degree = (chord.root - new.tonic) % 12
    function = _DOMINANT_ALREADY if degree == 7 else _PREPARING.get(degree, _NOT_PREPARING)
    return function + _OUTSIDE_OLD * _outside(chord, old) + _OUTSIDE_NEW * _outside(chord, new)


def _outside(chord: Chord, key: Key) -> int:
    """Tones of a chord, in C, that a key lacks."""
    return sum((tone - key.tonic) % 12 not in DEGREES[key.mode] for tone in chord.tones)


def _motion(before: Chord, chord: Chord) -> float:
    return _REPEATED if chord == before else _MOTIONS[(chord.root - before.root) % 12]


def leaning_toward(chord: Chord, mood: Mood, mode: Mode) -> tuple[float, ...]:
    """Log-weights of the 12 pitch classes above the tonic in a bar that a dominant must be heard in."""
    steady = leaning_of(chord, mood, mode, mood)
    return tuple(weight + LEANING * (tone in chord.tones) for tone, weight in enumerate(steady))
