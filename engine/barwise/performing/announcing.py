"""What a game is told of the bars: moments at their samples, and reports of the bar that sounds and of the next.

What there is to tell of a bar is telling.py's.
"""

from collections import deque
from dataclasses import replace
from operator import itemgetter

from barwise.music.events import MusicEvent
from barwise.music.reports import BarReport
from barwise.performing.arranged import ArrangedBars
from barwise.performing.arrivals import Arrival
from barwise.performing.bar_maker import Prepared
from barwise.performing.reporter import Reporter
from barwise.performing.telling import Playing, coming_report, moments_of, report_of
from barwise.playing.transport import BarClock


class Announcer:
    """Tells a reporter of one bar after another; intensities are 0 to 1."""

    def __init__(self, reporter: Reporter, arranged: ArrangedBars, sample_rate: int) -> None:
        self._reporter, self._arranged, self._sample_rate = reporter, arranged, sample_rate
        self._moments: deque[tuple[int, MusicEvent]] = deque()
        self._told_coming: Prepared | None = None
        """The bar to come, as it was reported last since the bar that sounds was."""

    # Moments.

    def begin(self, now: Playing) -> None:
        """A bar has begun; what is left of the last one is still told."""
        told = [*self._moments, *moments_of(now, self._sample_rate)]
        self._moments = deque(sorted(told, key=itemgetter(0)))

    def renew(self, now: Playing, sample: int) -> None:
        """What is to be told from a sample on is that of the bar as it is now."""
        self._moments = deque(moment for moment in moments_of(now, self._sample_rate) if moment[0] >= sample)

    def forget(self) -> None:
        """Nothing is to be told."""
        self._moments.clear()

    @property
    def next_sample(self) -> int | None:
        """When the next moment is due; None: none is."""
        return self._moments[0][0] if self._moments else None

    def tell(self, sample: int) -> None:
        """Tell the moments that are due by a sample."""
        while self._moments and self._moments[0][0] <= sample:
            self._reporter.told(*self._moments.popleft())

    # Reports.

    def report_of(self, now: Playing, intensity: float, arrival: Arrival | None) -> BarReport:
        """The bar that sounds, and what it is on the way to."""
        report = report_of(now, intensity, self._arranged.notes_of(now.prepared))
        if arrival is None:
            return report
        return replace(report, status=replace(report.status, arriving=arrival.state, tempo_ratio=arrival.tempo_ratio))

    def report(self, report: BarReport | None) -> None:
        """Report the bar that sounds, anew; what comes after it may begin elsewhere, and is to be reported again."""
        self._told_coming = None
        if report:
            self._reporter.report(report)

    def is_told(self, coming: Prepared | None) -> bool:
        """Whether the bar to come has been reported as it is."""
        return coming is self._told_coming

    def report_coming(self, coming: Prepared | None, clock: BarClock | None, intensity: float) -> None:
        """Report the bar to come, with the clock that it would have."""
        self._told_coming = coming
        if coming and clock:
            self._reporter.report(coming_report(coming, clock, intensity, self._arranged.notes_of(coming)))
