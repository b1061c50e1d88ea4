"""How much is measured of each thing: for figures to be told, and for a quick look."""

from dataclasses import dataclass, replace

LEAST_SHARE = 0.2
"""Of what is planned for the music without a clock, however late it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts, and the seconds after which a part ends early."""

    games: int
    """Of each host, each with a stretch without music, one with, and one without."""
    with_seconds: float
    without_seconds: float
    """Of each of the two stretches without music."""
    games_beside: int
    """Without music, beside another program that plays as much."""
    long_seconds: float
    """Of one more game, all with music; 0 for none."""
    probes_a_second: float
    probes: int
    """Calls for intensity judged of each game."""
    notes: int
    """Notes judged of each game."""
    judging_seconds: float
    """For the calls of a host, and again for its notes."""
    kills: int
    """Of a process that makes the music, beside no game."""
    kills_seconds: float
    arrivals: int
    arrivals_seconds: float
    moods: int
    moods_seconds: float
    bar_rounds: int
    bars_seconds: float

    def for_hosts(self, hosts: int, minutes: float | None) -> "Plan":
        """The plan with so many minutes of the long game; a quick look at two hosts is half as long at each."""
        plan = self if minutes is None else replace(self, long_seconds=minutes * 60)
        if self.long_seconds or hosts == 1:
            return plan
        return replace(
            plan,
            with_seconds=self.with_seconds / hosts,
            without_seconds=self.without_seconds / hosts,
            judging_seconds=self.judging_seconds / hosts,
        )

    @property
    def host_seconds(self) -> float:
        """About how long a host takes."""
        of_games = (self.games + self.games_beside) * (self.with_seconds + 2 * self.without_seconds + 8)
        return of_games + self.long_seconds * 1.1 + 2 * self.judging_seconds

    def whole_seconds(self, hosts: int) -> float:
        """About how long all takes."""
        return self.host_seconds * hosts + self.kills_seconds + sum(self.music_seconds)

    def music_seconds_before(self, left: float) -> tuple[float, float, float]:
        """How long arrivals, moods and bars may take when games took longer, on a machine that is busy."""
        share = min(max(left / sum(self.music_seconds), LEAST_SHARE), 1.0)
        arrivals, moods, bars = self.music_seconds
        return arrivals * share, moods * share, bars * share

    @property
    def music_seconds(self) -> tuple[float, float, float]:
        """About how long arrivals, moods and bars take."""
        return self.arrivals_seconds, self.moods_seconds, self.bars_seconds


FULL = Plan(
    games=4,
    with_seconds=40.0,
    without_seconds=20.0,
    games_beside=2,
    long_seconds=600.0,
    probes_a_second=1.0,
    probes=30,
    notes=10,
    judging_seconds=240.0,
    kills=8,
    kills_seconds=60.0,
    arrivals=200,
    arrivals_seconds=240.0,
    moods=60,
    moods_seconds=120.0,
    bar_rounds=200,
    bars_seconds=240.0,
)

QUICK = Plan(
    games=1,
    with_seconds=7.0,
    without_seconds=2.5,
    games_beside=0,
    long_seconds=0.0,
    probes_a_second=2.0,
    probes=12,
    notes=6,
    judging_seconds=4.0,
    kills=1,
    kills_seconds=7.0,
    arrivals=20,
    arrivals_seconds=5.0,
    moods=6,
    moods_seconds=3.0,
    bar_rounds=12,
    bars_seconds=7.0,
)
