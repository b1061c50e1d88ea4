"""Everything that `barwise bench` measures, in turn, and the one object that it prints."""

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from barwise.bench.arrivals import Arrivals, measure_arrivals
from barwise.bench.bars import SHIPPED, BarCosts, measure_bars
from barwise.bench.figures import FIGURES, OF_HOSTS, Value, lines_of, shown
from barwise.bench.hosts import HostFigures, measure_host
from barwise.bench.machine import machine, versions
from barwise.bench.moods import MoodTurns, measure_moods
from barwise.bench.percentiles import percentile, plain
from barwise.bench.plans import FULL, QUICK
from barwise.linking.choice import AUTO, PROCESS, THREAD, chosen_host

Progress = Callable[[float], None]

HOSTS = (PROCESS, THREAD)
"""Where the music may be made."""
BOTH = "both"


@dataclass(frozen=True)
class BenchReport:
    """All that was measured."""

    hosts: Mapping[str, HostFigures]
    """By name; the first is the one whose figures stand for the engine."""
    arrivals: Arrivals
    moods: MoodTurns
    bars: BarCosts
    is_quick: bool
    machine: Mapping[str, object]
    versions: Mapping[str, str | None]

    @property
    def host(self) -> str:
        """The host whose figures stand for the engine."""
        return next(iter(self.hosts))

    def figures(self) -> dict[str, Value]:
        """Every figure by its name."""
        shipped = self.bars.taken[SHIPPED]
        return {
            **self.hosts[self.host].figures(),
            "bar_ms_p50": percentile(shipped.wall, "p50"),
            "bar_ms_p99": percentile(shipped.wall, "p99"),
            "bar_ms_p50_busy": percentile(shipped.busy, "p50"),
            "arrive_rms_ms": self.arrivals.rms_ms,
            "mood_to_note_beats_max": self.moods.largest,
        }

    def as_dict(self) -> dict[str, Any]:
        """One object for JSON: the figures, then what they were made of."""
        figures = self.figures()
        return {
            **figures,
            "host": self.host,
            "is_quick": self.is_quick,
            "goals": {one.name: {"goal": one.goal, "reached": one.reaches(figures[one.name])} for one in FIGURES},
            "hosts": {name: one.as_dict() for name, one in self.hosts.items()},
            "arrivals": self.arrivals.as_dict(),
            "moods": {"beats": plain(self.moods.beats), "unheard": self.moods.unheard},
            "peers": {"rows": self.bars.rows, "note": self.bars.note, **self.bars.as_dict()},
            "machine": dict(self.machine),
            "versions": dict(self.versions),
        }

    def json(self) -> str:
        """The object as one text."""
        return json.dumps(self.as_dict(), indent=1)

    def lines(self) -> list[str]:
        """For people: the figures beside their goals, the other hosts, and the peers."""
        lines = [f"{self.machine['processor']}, {self.machine['cores']} cores, {self.machine['system']}", ""]
        lines += [f"host: {self.host}", *lines_of(self.figures(), FIGURES)]
        for name in list(self.hosts)[1:]:
            lines += ["", f"host: {name}", *lines_of(self.hosts[name].figures(), OF_HOSTS)]
        return [*lines, "", *self._peer_lines(), *self.notes()]

    def notes(self) -> list[str]:
        """What is missing or odd, a line each."""
        found = [self.bars.note, *(note for host in self.hosts.values() for note in host.notes())]
        if self.arrivals.missed:
            found.append(f"{self.arrivals.missed} arrivals did not land within reach of their time")
        if self.moods.unheard:
            found.append(f"{self.moods.unheard} changes of mood changed no note")
        return [note for note in dict.fromkeys(found) if note]

    def _peer_lines(self) -> list[str]:
        rows = [("a bar, in turn", "p50", "p99", "p50 busy", "")]
        for name, taken in self.bars.taken.items():
            p50, p99 = percentile(taken.wall, "p50"), percentile(taken.wall, "p99")
            busy = percentile(taken.busy, "p50")
            rows.append((name, shown(p50, "ms"), shown(p99, "ms"), shown(busy, "ms"), self.bars.about(name)))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return [
            "  ".join([f"{row[0]:<{widths[0]}}", *(f"{row[n]:>{widths[n]}}" for n in (1, 2, 3)), row[4]]).rstrip()
            for row in rows
        ]


def run_bench(host: str | None, progress: Progress, *, is_quick: bool, minutes: float | None) -> BenchReport:
    """Measure everything, of one host, BOTH, or the one that the player chooses (None); nothing is left behind.

    Raises BarwiseError where a game cannot be played.
    """
    hosts = hosts_of(host)
    plan = (QUICK if is_quick else FULL).for_hosts(len(hosts), minutes)
    shares = iter(_shares(progress, [*[plan.host_seconds] * len(hosts), *plan.music_seconds]))
    end = time.monotonic() + plan.whole_seconds(len(hosts))
    found = machine()  # how busy it was before this
    with tempfile.TemporaryDirectory(prefix="barwise-bench-") as folder:
        measured = [measure_host(host, plan, Path(folder), next(shares)) for host in hosts]
    arrivals_seconds, moods_seconds, bars_seconds = plan.music_seconds_before(end - time.monotonic())
    arrivals = measure_arrivals(plan.arrivals, arrivals_seconds, next(shares))
    moods = measure_moods(plan.moods, moods_seconds, next(shares))
    bars = measure_bars(bars_seconds, plan.bar_rounds, next(shares))
    return BenchReport({one.host: one for one in measured}, arrivals, moods, bars, is_quick, found, versions())


def hosts_of(host: str | None) -> tuple[str, ...]:
    """The hosts to measure, the player's own choice first: that of BOTH, and for None the only one."""
    chosen = chosen_host(AUTO, None)
    if host == BOTH:
        return tuple(sorted(HOSTS, key=lambda name: name != chosen))
    return (host or chosen,)


def _shares(progress: Progress, seconds: Sequence[float]) -> list[Progress]:
    """The progress of parts that take so long, each as a share of the whole."""
    whole, begun = sum(seconds), 0.0
    parts: list[Progress] = []
    for part in seconds:
        parts.append(partial(_show, progress, begun / whole, part / whole))
        begun += part
    return parts


def _show(progress: Progress, begun: float, part: float, share: float) -> None:
    progress(begun + share * part)
