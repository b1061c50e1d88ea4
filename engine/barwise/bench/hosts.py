"""One host of the music, measured in simulated games: what it costs them, and when it is heard."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from barwise.bench.company import play_beside
from barwise.bench.figures import Value
from barwise.bench.games import (
    PlayedGame,
    core_share,
    costs_beside,
    first_sounds,
    frame_costs,
    memory_added,
    play_game,
    running_ms,
    taken_ms,
)
from barwise.bench.latency import Latencies, measure_latency
from barwise.bench.orders import Orders
from barwise.bench.percentiles import percentile, plain
from barwise.bench.plans import Plan
from barwise.bench.punctuality import Punctuality, measure_punctuality
from barwise.bench.recovery import NOT_KILLED, Recovery, measure_recovery
from barwise.bench.replayed_music import ReplayedMusic
from barwise.bench.replays import Replayer
from barwise.linking.choice import PROCESS
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.score.load import load_score
from barwise.score.schema import Score

Progress = Callable[[float], None]

ASKS_A_SECOND = 2.0
"""For the notes to come, in short games."""

WARNING = "warning"
SETTLING = 8.0
"""About the seconds that a game takes besides its stretches."""


@dataclass(frozen=True)
class HostFigures:
    """What was taken of one host."""

    host: str
    games: tuple[PlayedGame, ...]
    latencies: Latencies
    punctuality: Punctuality
    differs_at: tuple[tuple[int, float], ...]
    """Games, by number, whose recording is not what a replay gives, and from what second on."""
    recovery: Recovery = NOT_KILLED
    beside: tuple[PlayedGame, ...] = ()
    """Without music, beside another program that plays as much; none for a host in the game's own process."""

    def figures(self) -> dict[str, Value]:
        """Each figure of a host by its name."""
        frames, running = frame_costs(self.games), frame_costs(self.games, running_ms)
        taken = frame_costs(self.games, taken_ms)
        recorded = [one.recording for one in self.games if one.recording]
        return {
            "music_seconds": sum(len(one.samples) / one.sample_rate for one in recorded),
            "underruns": sum(len(one.underruns) for one in recorded),
            "intensity_ms_p50": percentile(self.latencies.ms, "p50"),
            "intensity_ms_p99": percentile(self.latencies.ms, "p99"),
            "intensity_calls": len(self.latencies.ms),
            "frame_added_ms_p50": frames.added("p50"),
            "frame_added_ms_p99": frames.added("p99"),
            "frame_added_ms_p999": frames.added("p999"),
            "frame_noise_ms_p999": frames.noise_p999,
            "frame_added_running_ms_p999": running.added("p999"),
            "frame_taken_ms_p999": taken.added("p999"),
            "frame_beside_ms_p999": costs_beside(self.beside).added("p999"),
            "cpu_core_share": core_share(self.games),
            "rss_added_mib": memory_added(self.games),
            "first_sound_s": max(first_sounds(self.games), default=None),
            "event_error_ms_p99": percentile(self.punctuality.errors_ms, "p99"),
            "recording_equals_replay": not self.differs_at if recorded else None,
            "killed_back_s": self.recovery.longest,
            "save_bytes": max((size for one in self.games for size in one.answer.saved_bytes), default=None),
        }

    def as_dict(self) -> dict[str, Any]:
        """The figures, and what they were made of."""
        frames, running = frame_costs(self.games), frame_costs(self.games, running_ms)
        return {
            **self.figures(),
            "frame_ms": asdict(frames),
            "frame_running_ms": asdict(running),
            "frame_taken_ms": asdict(frame_costs(self.games, taken_ms)),
            "frame_beside_ms": asdict(costs_beside(self.beside)),
            "frame_beside_running_ms": asdict(costs_beside(self.beside, running_ms)),
            "intensity_ms": plain(self.latencies.ms),
            "intensity_before_hold_ms": plain(self.latencies.before_hold_ms),
            "intensity_unheard": self.latencies.unheard,
            "intensity_from_journal": self.latencies.from_journal,
            "event_error_ms": plain(self.punctuality.errors_ms),
            "grid_error_ms": plain(_sizes(self.punctuality.grid_errors_ms)),
            "stinger_error_ms": plain(_sizes(self.punctuality.stinger_errors_ms)),
            "note_error_ms": plain(_sizes(self.punctuality.note_errors_ms)),
            "note_sent_error_ms": plain(_sizes(self.punctuality.sent_errors_ms)),
            "event_told_late_ms": plain(self.punctuality.told_late_ms),
            "first_sounds_s": first_sounds(self.games),
            "killed_back_seconds": list(self.recovery.seconds),
            "start_seconds": [one.answer.start_seconds for one in self.games],
            "import_seconds": [one.answer.import_seconds for one in self.games],
            "replay_differs_at": list(self.differs_at),
            "underruns_at": [gap for one in self.games if one.recording for gap in one.recording.underruns],
            "warnings": dict(self.warnings),
            "has_pygame": all(one.answer.has_pygame for one in self.games),
        }

    @property
    def warnings(self) -> dict[str, int]:
        """What the games were warned of, and how often."""
        return Counter(event["name"] for one in self.games for event in one.answer.events if event["kind"] == WARNING)

    def notes(self) -> list[str]:
        """What is odd or missing, a line each."""
        found = []
        if any(not one.answer.has_pygame for one in self.games):
            found.append("the games ran without pygame; pip install 'barwise[demo]' to measure beside it")
        for number, second in self.differs_at:
            found.append(f"host {self.host}: the recording of game {number + 1} is no replay from {second:.2f} s on")
        for warning, times in self.warnings.items():
            found.append(f"host {self.host}: the game was warned {times} times: {warning}")
        if self.latencies.unheard:
            found.append(f"host {self.host}: {self.latencies.unheard} calls for intensity changed no sample in 2 s")
        if self.latencies.from_journal:
            found.append(
                f"host {self.host}: {self.latencies.from_journal} of {len(self.latencies.ms)} calls for intensity "
                "count from where they took effect in the journal, as the recording is no replay there"
            )
        if self.recovery.strays:
            times = len(self.recovery.seconds)
            found.append(
                f"host {self.host}: of {times} times that its process was killed, the music came back "
                f"elsewhere {self.recovery.strays} times"
            )
        if self.games and core_share(self.games) is None:
            found.append("processor time and memory of other processes are known on Linux only")
        return found


def _sizes(errors: Sequence[float]) -> list[float]:
    return [abs(error) for error in errors]


def measure_host(host: str, plan: Plan, folder: Path, progress: Progress) -> HostFigures:
    """Play all its games and listen to what was recorded."""
    orders = orders_of(host, plan, folder)
    lonely = orders_beside(plan, folder) if host == PROCESS else []
    begins = list(accumulate(map(_seconds, (*orders, *lonely)), initial=0.0))
    whole = begins[-1] + 2 * plan.judging_seconds
    games = [play_game(one, partial(_show, progress, begun, whole)) for one, begun in zip(orders, begins, strict=False)]
    beside = [
        play_beside(one, partial(_show, progress, begun, whole))
        for one, begun in zip(lonely, begins[len(orders) :], strict=False)
    ]
    judged = [
        (one, one.recording, Replayer(partial(ReplayedMusic, one.orders.seed), one.journal))
        for one in games
        if one.recording
    ]
    compared = [replayer.compare(recording) for _, recording, replayer in judged]
    differs = [
        (number, one.differs_at / DEFAULT_SAMPLE_RATE)
        for number, one in enumerate(compared)
        if one.differs_at is not None
    ]
    # What follows is judged as far as the recording is the replay.
    short = [
        (game, recording.until(one.differs_at), replayer)
        for (game, recording, replayer), one in zip(judged[: plan.games], compared, strict=False)
    ]
    latencies = measure_latency(
        short,
        plan.probes,
        plan.judging_seconds,
        lambda share: progress((begins[-1] + share * plan.judging_seconds) / whole),
    )
    punctuality = measure_punctuality(short, compared, plan.notes, plan.judging_seconds)
    recovery = measure_recovery(plan.kills, plan.kills_seconds) if host == PROCESS else NOT_KILLED
    progress(1.0)
    return HostFigures(host, tuple(games), latencies, punctuality, tuple(differs), recovery, tuple(beside))


def orders_of(host: str, plan: Plan, folder: Path) -> list[Orders]:
    """The games of a host: short ones with stretches of both kinds, and a long one."""
    without, with_music = (False, plan.without_seconds), (True, plan.with_seconds)
    stretches: list[tuple[tuple[bool, float], ...]] = [(without, with_music, without)] * plan.games
    if plan.long_seconds:
        stretches.append(((True, plan.long_seconds),))
    score = load_score(None)
    return [
        Orders(
            result=str(folder / f"{host}{number}.answer.json"),
            recording=str(folder / f"{host}{number}.wav"),
            journal=str(folder / f"{host}{number}.journal"),
            host=host,
            seed=number,
            stretches=one,
            probes_a_second=plan.probes_a_second,
            asks_a_second=ASKS_A_SECOND if number < plan.games else 0.0,
            states=_states_of(score),
            moods=tuple(score.moods),
            stingers=tuple(score.stingers),
        )
        for number, one in enumerate(stretches)
    ]


def orders_beside(plan: Plan, folder: Path) -> list[Orders]:
    """Games without music, as long as those with it, to be played beside another program's."""
    alone, beside = (False, plan.without_seconds), (False, plan.with_seconds)
    return [
        Orders(
            result=str(folder / f"beside{number}.answer.json"),
            seed=number,
            stretches=(alone, beside, alone),
            states=_states_of(load_score(None)),
        )
        for number in range(plan.games_beside)
    ]


def _states_of(score: Score) -> tuple[str, ...]:
    """The busiest first: a game begins with it."""
    return ("combat", *(state for state in score.states if state != "combat"))


def _seconds(orders: Orders) -> float:
    return sum(seconds for _, seconds in orders.stretches) + SETTLING


def _show(progress: Progress, before: float, whole: float, seconds: float) -> None:
    progress(min((before + seconds) / whole, 1.0))
