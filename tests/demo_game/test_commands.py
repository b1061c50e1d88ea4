"""What the command line does, with a music that only remembers."""

from pathlib import Path

import pygame
import pytest

from demo_game import __main__ as command
from demo_game.__main__ import Musics, main
from demo_game.window import Window
from tests.demo_game.fakes import FakePlayer, live, offline

FILES = ["demo-roll.png", "demo.mid", "demo.png", "demo.wav"]


def fakes(player: FakePlayer) -> Musics:
    return Musics(lambda seed: live(player), lambda seed: offline(player))


def test_a_headless_play_writes_four_files_and_tells_a_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    player = FakePlayer()
    assert main(["--headless", "--seconds", "14", "--out", str(tmp_path / "deep" / "out")], fakes(player)) == 0
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == FILES
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["game", "deeds", "states", "music", "mood", "wrote"]
    assert player.seconds == pytest.approx(14)
    assert player.named("enter")[0] == "explore"
    assert player.named("enter")[-2:] == ["tension", "combat"]


def test_the_engine_itself_plays_along_and_repeats_itself(tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert main(["--headless", "--seconds", "1.5", "--seed", "8", "--out", str(tmp_path / name)]) == 0
    for file in FILES:
        assert (tmp_path / "first" / file).stat().st_size > 100
    for file in ("demo.mid", "demo.wav", "demo.png"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_the_same_seed_gives_the_same_music_and_the_same_picture(tmp_path: Path) -> None:
    players = [FakePlayer(), FakePlayer()]
    for index, player in enumerate(players):
        assert (
            main(["--headless", "--seconds", "3", "--seed", "7", "--out", str(tmp_path / str(index))], fakes(player))
            == 0
        )
    assert players[0].calls == players[1].calls
    assert (tmp_path / "0" / "demo.png").read_bytes() == (tmp_path / "1" / "demo.png").read_bytes()


def test_the_picture_shows_something(tmp_path: Path) -> None:
    main(["--headless", "--seconds", "0.1", "--out", str(tmp_path)], fakes(FakePlayer()))
    picture = pygame.image.load(tmp_path / "demo.png")
    assert picture.get_size() == (1280, 720)
    colors = {tuple(picture.get_at((x, y))) for x in range(0, 1280, 40) for y in range(0, 720, 40)}
    assert len(colors) > 50


def test_a_play_outlasts_broken_music_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    player = FakePlayer(broken=True)
    player.write = player.draw = player._note  # type: ignore[assignment, method-assign]
    assert main(["--headless", "--seconds", "1", "--out", str(tmp_path)], fakes(player)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["demo.png"]
    assert "demo.wav was not written: the strings are wet" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seconds", "soon"],
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--seconds", "1e9"],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--loud"],
        ["--out", "/dev/null/out"],
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_devices_one_line_says_so_and_the_headless_play_follows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "missing_devices", lambda: "display and no sound device")
    assert main(["--seconds", "0.5", "--out", str(tmp_path)], fakes(FakePlayer())) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("There is no display and no sound device here")
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_a_window_plays_and_stops_the_music(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(command, "missing_devices", lambda: "")
    player = FakePlayer()
    assert main(["--autopilot", "--seconds", "0.4"], fakes(player)) == 0
    assert [name for name, _ in player.calls[:4]] == ["enter", "mood", "intensity", "start"]
    assert player.calls[-1] == ("stop", None)


def test_a_window_that_nobody_looks_at_waits_and_so_does_its_music(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    player = FakePlayer()
    window = Window(1, lambda seed: live(player), autopilot=False)
    rows = []
    for happening in (
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE),
        pygame.event.Event(pygame.WINDOWFOCUSLOST),
        pygame.event.Event(pygame.WINDOWFOCUSGAINED),
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_p),
    ):
        player.calls.clear()
        pygame.event.post(happening)
        window.run(seconds=0.05)
        rows.append(list(dict.fromkeys(name for name, _ in player.calls)))
    window.close()
    assert rows == [
        [],  # the title is gone, the game runs
        ["intensity", "pause"],
        ["resume"],  # hushed, as in every pause, until the player goes on
        ["intensity"],
    ]
