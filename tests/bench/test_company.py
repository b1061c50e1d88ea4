"""The program beside a game: when it plays."""

from types import SimpleNamespace
from typing import Any

import pytest

from barwise.bench import company
from barwise.bench.company import Company
from barwise.bench.orders import Orders
from barwise.errors import BarwiseError


class FakePlayer:
    def __init__(self, **made: Any) -> None:
        self.calls: list[tuple[object, ...]] = [("made", made["host"], made["output"])]
        self.status = SimpleNamespace(bar=1)

    def __getattr__(self, verb: str) -> Any:
        return lambda *said: self.calls.append((verb, *said))


def test_it_plays_during_the_second_stretch_alone_and_changes_as_a_game_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    players: list[FakePlayer] = []

    def make(**made: Any) -> FakePlayer:
        players.append(FakePlayer(**made))
        return players[-1]

    monkeypatch.setattr(company, "MusicPlayer", make)
    program = Company(1, ["combat"])
    for mark in ("ready", "begin", None, "end", "begin", None, None, None, "end", "begin", None, "end"):
        if mark:
            program.see_mark(mark)
        else:
            program.see_second(0.0)
    (player,) = players
    assert player.calls == [
        ("made", "process", "null"),
        ("start",),
        ("enter", "combat"),
        ("set_intensity", 0.3),
        ("set_intensity", 1.0),
        ("set_intensity", 0.3),
        ("enter", "combat"),
        ("stop",),
    ]


def test_whoever_waits_sees_how_far_the_game_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(company, "play_game", lambda _orders, on_seconds, _on_mark: [*map(on_seconds, (1.0, 2.0))])
    company.play_beside(Orders("", states=("calm",)), seen.append)
    assert seen == [1.0, 2.0]


def test_it_ends_with_a_game_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    player = FakePlayer(host="", output="")
    monkeypatch.setattr(company, "MusicPlayer", lambda **_: player)

    def fail(orders: object, on_seconds: object, on_mark: Any) -> None:
        on_mark("end")
        raise BarwiseError("the game ended early")

    monkeypatch.setattr(company, "play_game", fail)
    with pytest.raises(BarwiseError, match="early"):
        company.play_beside(Orders("", states=("calm",)))
    assert player.calls[-1] == ("stop",)
