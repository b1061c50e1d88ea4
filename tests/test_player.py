"""MusicPlayer in real time: nothing that is missing or wrong in the music stops the game."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import barwise
from barwise import Mood, MusicEventKind, MusicPlayer, NullOutput, Output, RecordingOutput


class BrokenOutput(NullOutput):
    """A device that cannot be opened."""

    def open(self, sample_rate: int) -> None:
        raise barwise.DeviceError("no sound device; connect one")


def silent_player(output: Output | None = None) -> MusicPlayer:
    return MusicPlayer(output=output or NullOutput(clock=time.monotonic))


def wait_until(is_done: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < deadline, "the music did not get there"
        time.sleep(0.01)


def test_music_is_in_the_recording() -> None:
    output = RecordingOutput()
    player = MusicPlayer(output=output)
    player.start()
    wait_until(lambda: player.status.bar >= 1)
    player.stop()
    assert abs(output.samples()).max() > 0.01


def test_the_game_hears_of_state_bars_and_beats_in_order() -> None:
    player = silent_player()
    player.start()
    told: list[barwise.MusicEvent] = []
    wait_until(lambda: told.extend(player.events()) or len(told) > 4)  # type: ignore[func-returns-value]
    player.stop()
    kinds = [event.kind for event in told if event.kind is not MusicEventKind.WARNING]
    assert kinds[:3] == [MusicEventKind.STATE, MusicEventKind.BAR, MusicEventKind.BEAT]
    assert [event.seconds for event in told] == sorted(event.seconds for event in told)


def test_entering_a_state_is_heard_at_a_bar() -> None:
    player = silent_player()
    player.start()
    player.enter("combat")
    wait_until(lambda: player.status.state == "combat")
    assert player.status.bar >= 1
    player.stop()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda player: player.set_mood("gloomy"), "'gloomy'"),
        (lambda player: player.set_mood(valence=2), "valence 2"),
        (lambda player: player.set_mood(tension=float("nan")), "tension nan"),
        (lambda player: player.set_intensity(-0.1), "intensity -0.1"),
        (lambda player: player.enter("menu"), "'menu'"),
        (lambda player: player.set_tempo(1000), "tempo 1000"),
        (lambda player: player.set_attributes(rhythm=1.5), "rhythm 1.5"),
        (lambda player: player.set_attributes(swing=0.5), "'swing'"),
    ],
)
def test_a_wrong_call_names_the_value_and_what_is_allowed(call: Callable[[MusicPlayer], None], named: str) -> None:
    with pytest.raises(barwise.InputError, match=named) as caught:
        call(silent_player())
    assert "allowed" in str(caught.value)


def test_a_mood_is_a_name_a_value_or_some_of_its_numbers() -> None:
    player = silent_player()
    player.set_mood("dread")
    player.set_mood(Mood(0.1, 0.2, 0.3))
    player.set_mood(tension=0.9)
    player.start()
    wait_until(lambda: player.status.bar >= 1)
    player.stop()
    assert player.status.mood.tension > 0.3


def test_start_and_stop_may_be_called_twice_and_in_any_order() -> None:
    player = silent_player()
    player.stop()
    player.start()
    player.start()
    player.stop()
    player.stop()
    player.set_mood("calm")
    assert player.is_sounding is False


def test_without_a_device_the_music_goes_on_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    player = MusicPlayer(output=BrokenOutput())
    with caplog.at_level(logging.WARNING, "barwise"):
        player.start()
        wait_until(lambda: player.status.bar >= 1)
    player.stop()
    assert "connect one" in caplog.text


def test_a_missing_composer_is_replaced_by_the_rules(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("barwise.composing.onnx_composer.model_path", lambda: Path("gone.onnx"))
    player = silent_player()
    player.start()
    wait_until(lambda: player.status.composer)
    player.stop()
    assert player.status.composer == "rules"
    assert "gone.onnx" in caplog.text


def test_a_file_that_is_named_and_wrong_is_an_error(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.sf2"
    wrong.write_bytes(b"not a font")
    with pytest.raises(barwise.SoundFontError, match=r"wrong\.sf2"):
        MusicPlayer(soundfont=wrong)
    with pytest.raises(barwise.ModelError, match=r"wrong\.sf2"):
        MusicPlayer(model=wrong)
    with pytest.raises(barwise.ScoreError, match=r"none\.yaml"):
        MusicPlayer(tmp_path / "none.yaml")


def test_public_names_are_sorted_and_there() -> None:
    assert barwise.__all__ == sorted(barwise.__all__)
    assert all(hasattr(barwise, name) for name in barwise.__all__)
