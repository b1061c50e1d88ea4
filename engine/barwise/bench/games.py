"""Runs simulated games and works out what the music costs them. What is heard is measured elsewhere."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from barwise.bench import game
from barwise.bench.orders import Announced, Answer, Orders, Stretch
from barwise.bench.percentiles import Spread, chance_p999
from barwise.bench.processes import Sight, run_script
from barwise.bench.recording import Recording
from barwise.commands import JournalEntry
from barwise.errors import BarwiseError
from barwise.plain import unpack

SCRIPT = Path(game.__file__)
SPARE_SECONDS = 60.0
"""A game may take so much longer than its stretches, and half as long again, before it is given up."""

JOURNAL = tuple[JournalEntry, ...]


@dataclass(frozen=True)
class PlayedGame:
    """A game that is over."""

    orders: Orders
    answer: Answer
    sights: tuple[tuple[str, Sight], ...]
    """How its processes stood at each of its marks, in order."""
    recording: Recording | None
    journal: JOURNAL = ()

    @property
    def stretches(self) -> list[tuple[Stretch, Sight, Sight]]:
        """Each stretch with how the processes stood when it began and when it ended."""
        begun = [sight for mark, sight in self.sights if mark == "begin"]
        ended = [sight for mark, sight in self.sights if mark == "end"]
        return list(zip(self.answer.stretches, begun, ended, strict=True))


def play_game(
    orders: Orders,
    on_seconds: Callable[[float], None] = lambda _: None,
    on_mark: Callable[[str], None] = lambda _: None,
) -> PlayedGame:
    """Run one game to its end in a process of its own, which waits at its marks; raises BarwiseError when it fails."""
    sights: list[tuple[str, Sight]] = []

    def see(mark: str, sight: Sight) -> None:
        sights.append((mark, sight))
        on_mark(mark)

    result = Path(orders.result)
    seconds = sum(seconds for _, seconds in orders.stretches)
    run_script(
        SCRIPT,
        asdict(orders),
        see,
        on_seconds,
        result.with_suffix(".log"),
        1.5 * seconds + SPARE_SECONDS,
    )
    told = json.loads(result.read_text(encoding="utf-8"))
    stretches = [Stretch(**stretch) for stretch in told["stretches"]]
    announced = [Announced(**note) for note in told["announced"]]
    answer = Answer(**{**told, "stretches": stretches, "announced": announced})
    if not orders.recording:
        return PlayedGame(orders, answer, tuple(sights), None)
    if not Path(orders.recording).exists():
        said = [event["name"] for event in answer.events if event["kind"] == "warning"]
        raise BarwiseError(
            f"there was no music within {game.LONGEST_START_SECONDS} s: {'; '.join(said) or 'no reason'}"
        )
    journal: JOURNAL = unpack(JOURNAL, Path(orders.journal).read_bytes(), name=game.JOURNAL)
    return PlayedGame(orders, answer, tuple(sights), Recording.read(Path(orders.recording)), journal)


@dataclass(frozen=True, slots=True)
class FrameCosts:
    """Milliseconds of a frame's work, with music and without."""

    with_music: Spread | None
    without: Spread | None
    noise_p999: float | None
    """How far apart the two p99.9 are by chance, nine times in ten."""

    def added(self, which: str) -> float | None:
        """How much longer a frame is with music, by one of the percentiles."""
        if self.with_music is None or self.without is None:
            return None
        return float(getattr(self.with_music, which) - getattr(self.without, which))


OfFrames = Callable[[Stretch], Sequence[float]]
"""Milliseconds of each frame of a stretch; none where the system does not tell."""


def worked_ms(stretch: Stretch) -> Sequence[float]:
    """What the frames' work took."""
    return stretch.work_ms


def running_ms(stretch: Stretch) -> Sequence[float]:
    """The same, less what they waited for a processor."""
    if not stretch.waited_ms:
        return []
    return [work - waited for work, waited in zip(stretch.work_ms, stretch.waited_ms, strict=True)]


def taken_ms(stretch: Stretch) -> Sequence[float]:
    """What the music's calls, and the process's other threads, took of the processor in them."""
    return stretch.taken_ms


def frame_costs(games: Sequence[PlayedGame], of: OfFrames = worked_ms) -> FrameCosts:
    """Of games that had frames of both kinds: of their work, or of something else of them."""
    both = [one.answer for one in games if {stretch.has_music for stretch in one.answer.stretches} == {True, False}]
    taken: dict[bool, list[float]] = {True: [], False: []}
    for stretch in (stretch for answer in both for stretch in answer.stretches):
        taken[stretch.has_music] += of(stretch)
    return _costs(taken[True], taken[False])


def costs_beside(games: Sequence[PlayedGame], of: OfFrames = worked_ms) -> FrameCosts:
    """Of games without music whose second stretch of three was beside another program's: that one is with music."""
    beside: list[float] = []
    alone: list[float] = []
    for one in games:
        first, second, third = one.answer.stretches
        beside += of(second)
        alone += [*of(first), *of(third)]
    return _costs(beside, alone)


def _costs(with_music: Sequence[float], without: Sequence[float]) -> FrameCosts:
    return FrameCosts(Spread.of(with_music), Spread.of(without), chance_p999(with_music, without))


def core_share(games: Sequence[PlayedGame]) -> float | None:
    """Processor time of the music a second: its processes, its threads in the game, the game's calls."""
    stretches = [stretch for one in games for stretch in one.stretches]
    with_music = [_core_share(*one) for one in stretches if one[0].has_music]
    without = [_core_share(*one) for one in stretches if not one[0].has_music]
    known = [share for share in with_music if share is not None]
    if not known or len(known) < len(with_music):
        return None
    beside = [share for share in without if share is not None]
    return sum(known) / len(known) - (sum(beside) / len(beside) if beside else 0.0)


def _core_share(stretch: Stretch, begun: Sight, ended: Sight) -> float | None:
    if begun.children_seconds is None or ended.children_seconds is None:
        return None
    own = stretch.others_seconds + stretch.calls_seconds
    return (ended.children_seconds - begun.children_seconds + own) / stretch.seconds


def memory_added(games: Sequence[PlayedGame]) -> float | None:
    """Mebibytes of a game and its processes at the end of a stretch with music, less before Barwise was imported."""
    added = []
    for one in games:
        before = one.sights[0][1].memory_mib
        for stretch, _, ended in one.stretches:
            if stretch.has_music and before is not None and ended.memory_mib is not None:
                added.append(ended.memory_mib - before)
    return max(added, default=None)


def first_sounds(games: Sequence[PlayedGame]) -> list[float]:
    """Seconds from making the player to the first frame of sound that left, of each game."""
    return [
        recording.left_at(first) - one.answer.made_at
        for one in games
        if (recording := one.recording) is not None and (first := recording.first_sound()) is not None
    ]
