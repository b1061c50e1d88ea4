"""What the game's facts become in the music."""

import ast
from pathlib import Path

import pytest

import demo_game
from demo_game.game import Happening
from demo_game.music_bridge import HUSH, STATE_MOODS, STINGERS, Scene, feeling
from tests.demo_game.fakes import FakePlayer, live, offline


def test_a_state_is_entered_once_and_its_mood_follows() -> None:
    player = FakePlayer()
    bridge = live(player)
    for state in ("explore", "explore", "combat", "combat"):
        bridge.update(Scene(state))
    assert player.named("enter") == ["explore", "combat"]
    assert [name for name, _ in player.calls] == ["enter", "mood", "intensity"] * 2


def test_changes_too_small_to_hear_are_not_sent() -> None:
    player = FakePlayer()
    bridge = live(player)
    for danger in (0.5, 0.505, 0.51, 0.7):
        bridge.update(Scene("tension", danger=danger))
    assert len(player.named("mood")) == 2


def test_what_happens_is_marked_by_a_stinger_of_the_score() -> None:
    player = FakePlayer()
    bridge = live(player)
    for happening in Happening:
        bridge.happen(happening.value)
    assert set(STINGERS) <= {happening.value for happening in Happening}
    assert player.named("stinger") == [STINGERS[happening] for happening in Happening if happening in STINGERS]


@pytest.mark.parametrize(
    ("name", "calm", "wild"),
    [
        ("tension", Scene("tension", danger=0.2), Scene("tension", danger=0.9)),
        ("arousal", Scene("tension", danger=0.2), Scene("tension", danger=0.9)),
        ("tension", Scene("combat", danger=1.0), Scene("combat", danger=1.0, health=0.25)),
        ("valence", Scene("explore", health=0.25), Scene("explore")),
        ("valence", Scene("explore"), Scene("explore", progress=0.8)),
        ("intensity", Scene("explore"), Scene("explore", action=1.0)),
        ("valence", Scene("defeat", health=0.0), Scene("victory")),
    ],
)
def test_a_fact_moves_a_mood_upward(name: str, calm: Scene, wild: Scene) -> None:
    assert feeling(calm)[name] < feeling(wild)[name]


@pytest.mark.parametrize("state", STATE_MOODS)
@pytest.mark.parametrize("facts", [(0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 1.0, 1.0), (1.0, 0.0, 0.0, 1.0)])
def test_every_feeling_is_in_range(state: str, facts: tuple[float, float, float, float]) -> None:
    felt = feeling(Scene(state, *facts))
    assert all(-1 <= felt[name] <= 1 for name in ("valence", "arousal"))
    assert all(0 <= felt[name] <= 1 for name in ("tension", "intensity"))


def test_a_pause_hushes_the_music_and_its_end_brings_it_back() -> None:
    player = FakePlayer()
    bridge = live(player)
    bridge.update(Scene("explore"))
    bridge.hush(True)
    bridge.hush(False)
    bridge.update(Scene("explore"))
    assert player.named("intensity") == [0.35, HUSH, 0.35]


def test_beats_are_heard_once() -> None:
    player = FakePlayer()
    bridge = offline(player)
    bridge.advance(1.1)  # at half a second a beat
    assert (bridge.listen().beats, bridge.listen().beats) == (2, 0)
    assert bridge.listen().beat == 2


def test_broken_music_is_a_warning_and_never_an_error() -> None:
    bridge = live(FakePlayer(broken=True))
    bridge.update(Scene("combat"))
    bridge.hush(True)
    bridge.stop()
    assert bridge.listen().warning == "the strings are wet"


def test_only_the_bridge_imports_the_engine() -> None:
    folder = Path(str(demo_game.__file__)).parent
    importers = {path.name for path in folder.glob("*.py") if "barwise" in _imports(path)}
    assert importers == {"music_bridge.py"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found
