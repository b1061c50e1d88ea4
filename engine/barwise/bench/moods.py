"""How soon a change of mood is heard in the notes: offline, against the same music without the change."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from barwise.music.events import ChannelEventKind
from barwise.music.performance import Performance, PlayedBar
from barwise.offline import OfflinePlayer
from barwise.score.load import load_score

EARLIEST_SECONDS, LATEST_SECONDS = 3.0, 11.0
"""When the mood changes, in seconds of music."""
HEARD_WITHIN_SECONDS = 12.0
"""So much music after the change is compared."""

Onset = tuple[float, int, int]
"""Tick since the music began, channel, pitch."""


@dataclass(frozen=True)
class MoodTurns:
    """Random changes of mood, each heard or not."""

    beats: tuple[float, ...]
    """Of those that were heard: felt beats from the call to the first note that is another, missing or new."""
    unheard: int

    @property
    def largest(self) -> float | None:
        """The most beats; None where nothing was heard."""
        return max(self.beats, default=None)


def measure_moods(count: int, seconds: float, progress: Callable[[float], None], seed: int = 0) -> MoodTurns:
    """Change the mood so many times, or as often as there is time for, each time in another piece of music."""
    random, moods = np.random.default_rng(seed), sorted(load_score(None).moods)
    heard, unheard = [], 0
    end = time.monotonic() + seconds
    for number in range(count):
        beats = _turn(int(random.integers(1 << 31)), str(random.choice(moods)), random.uniform(0, 1))
        if beats is None:
            unheard += 1
        else:
            heard.append(beats)
        progress((number + 1) / count)
        if time.monotonic() > end:
            break
    return MoodTurns(tuple(heard), unheard)


def _turn(seed: int, mood: str, share: float) -> float | None:
    """Felt beats from a change of mood to the first note that it changes."""
    turned, kept = OfflinePlayer(seed=seed, has_sound=False), OfflinePlayer(seed=seed, has_sound=False)
    at = EARLIEST_SECONDS + share * (LATEST_SECONDS - EARLIEST_SECONDS)
    for player in (turned, kept):
        player.advance(at)
    turned.set_mood(mood)
    for player in (turned, kept):
        player.advance(HEARD_WITHIN_SECONDS)
    changed = first_changed(onsets_of(turned.performance()), onsets_of(kept.performance()))
    return None if changed is None else beats_from(kept.performance().bars, at, changed)


def onsets_of(performance: Performance) -> list[Onset]:
    """Every note as it began."""
    sent = ((sent.tick, sent.event) for sent in performance.events)
    return [(tick, event.channel, event.number) for tick, event in sent if event.kind is ChannelEventKind.NOTE_ON]


def first_changed(one: Sequence[Onset], other: Sequence[Onset]) -> float | None:
    """The tick of the first note that only one of them has; None where they are the same as far as both go."""
    end = min(max(onsets, default=(0.0,))[0] for onsets in (one, other))
    return min((tick for tick, *_ in set(one) ^ set(other) if tick < end), default=None)


def beats_from(bars: Sequence[PlayedBar], seconds: float, tick: float) -> float:
    """Felt beats, of the bar that sounds then, from a time of the music to a tick of it."""
    bar_seconds = 0.0
    for bar in bars:
        lasts = bar.curve.span(bar.ticks)
        if seconds < bar_seconds + lasts:
            break
        bar_seconds += lasts
    return (tick - bar.start_tick - bar.curve.tick_at(seconds - bar_seconds)) / bar.bar.metre.beat_ticks
