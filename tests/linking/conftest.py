"""Links to fake cores, stopped at the end, and what they tell."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from barwise.linking.hosting import output_named
from barwise.linking.link import Plan
from barwise.linking.messages import News
from barwise.linking.process_link import ProcessLink
from barwise.linking.report_log import ReportLog
from barwise.linking.sources import Wanted, source_of
from barwise.linking.thread_link import ThreadLink
from barwise.music.reports import Fault
from tests.linking import fake_core

PATIENCE_SECONDS = 30.0
"""How long a test waits for another process before it fails."""

HERE = str(Path(__file__).parent)


class Ears(ReportLog):
    """A log that remembers every report as well."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: list[News] = []

    def add(self, reports: Iterable[News]) -> None:
        told = list(reports)
        self.reports += told
        super().add(told)

    @property
    def faults(self) -> list[str]:
        return [report.text for report in self.reports if isinstance(report, Fault)]

    def state_now(self, link: ProcessLink | ThreadLink) -> str:
        """The state that is heard, for a game that asks with every frame."""
        link.poll()
        status = self.status_at(link.heard_frame(time.monotonic()))
        return status.state if status else ""


class Rig:
    """A link and its ears."""

    def __init__(self, link: ProcessLink | ThreadLink, ears: Ears) -> None:
        self.link, self.ears = link, ears

    @property
    def heard(self) -> float:
        """The frame that is heard, for a game that asks with every frame."""
        self.link.poll()
        return self.link.heard_frame(time.monotonic())

    def forget(self) -> None:
        """Hold no link any more."""
        del self.link

    def wait_for_music(self) -> None:
        wait_until(lambda: self.heard >= 0)


def wait_until(is_done: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something that another thread or process does."""
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def thread_link(ears: Ears, output: str = "null", maker: Any = fake_core.make) -> ThreadLink:
    return ThreadLink(Plan({}, output, fake_core.RATE), ears, lambda: output_named(output), maker)


Playing = Callable[..., Rig]


@pytest.fixture
def playing() -> Iterator[Playing]:
    """Makes rigs with the music in a process, or in threads when host is 'thread'."""
    rigs: list[Rig] = []

    def make(
        maker: str = "make",
        host: str = "process",
        output: str = "null",
        *,
        loads: bool = False,
        starts: bool = True,
        **parts: object,
    ) -> Rig:
        ears = Ears()
        link: ProcessLink | ThreadLink
        if host == "thread":
            link = thread_link(ears, output, getattr(fake_core, maker))
        else:
            source = source_of(Wanted.of(parts, f"fake_core:{maker}"), [HERE])
            if loads:
                source.get_ready()
            link = ProcessLink(Plan(parts, output, fake_core.RATE), source, ears, lambda: thread_link(ears))
        rigs.append(Rig(link, ears))
        if starts:
            link.start()
        return rigs[-1]

    yield make
    for rig in rigs:
        if hasattr(rig, "link"):
            rig.link.stop()
