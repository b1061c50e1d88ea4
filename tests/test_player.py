"""MusicPlayer in real time: nothing that is missing or wrong in the music stops the game, in whichever host."""

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import barwise
from barwise import Mood, MusicEvent, MusicEventKind, MusicPlayer, NullOutput, Output, RecordingOutput
from barwise.bench.hindrances import Waits
from barwise.linking.choice import chosen_host
from barwise.score.load import BUILTIN

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")


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


def hear(player: MusicPlayer, is_enough: Callable[[list[MusicEvent]], object]) -> list[MusicEvent]:
    """Events until there are enough."""
    told: list[MusicEvent] = []
    wait_until(lambda: told.extend(player.events()) or is_enough(told))  # type: ignore[func-returns-value]
    return told


def test_music_is_in_the_recording() -> None:
    output = RecordingOutput()
    player = MusicPlayer(output=output)
    player.start()
    wait_until(lambda: player.status.bar >= 1)
    player.stop()
    assert abs(output.samples()).max() > 0.01


@pytest.mark.parametrize("host", ["process", "thread"])
def test_a_game_hears_music_and_of_it_from_either_host(host: str, tmp_path: Path) -> None:
    with MusicPlayer(output=tmp_path / "heard.wav", host=host) as player:
        player.enter("combat")
        told = hear(player, lambda told: sum(event.kind is MusicEventKind.BAR for event in told) >= 2)
        coming = player.upcoming()
        assert player.host == host
        assert player.is_sounding
        assert player.status.state == "combat"
    kinds = [event.kind for event in told if event.kind is not MusicEventKind.WARNING]
    assert kinds[:2] == [MusicEventKind.STATE, MusicEventKind.BAR]
    assert [event.seconds for event in told] == sorted(event.seconds for event in told)
    assert coming.notes
    assert all(note.seconds > 0 for note in coming.notes)
    facts = json.loads((tmp_path / "heard.json").read_text())
    errors = []
    for event in told:
        if event.kind is MusicEventKind.BEAT:
            frame = event.seconds * facts["sample_rate"]
            gaps = sum(length for at, length in facts["underruns"] if at <= frame)
            assert event.heard_at is not None
            errors.append(abs(event.heard_at - facts["began_at"] - (frame + gaps) / facts["sample_rate"]))
    # One that comes right after a gap may be off by as long as a busy machine takes to write a block.
    assert sorted(errors)[len(errors) // 2] < 0.005


def test_entering_a_state_before_the_start_is_heard_in_the_first_bar() -> None:
    player = silent_player()
    player.enter("combat")
    player.start()
    wait_until(lambda: player.status.key)
    assert (player.status.state, player.status.bar) == ("combat", 0)
    player.stop()


@pytest.mark.parametrize("host", ["process", "thread"])
def test_saved_music_goes_on_in_another_player_to_the_same_bars(host: str) -> None:
    player = MusicPlayer(output="null", host=host, seed=7)
    with pytest.raises(barwise.InputError, match="no music"):
        player.save()
    player.enter("tension")
    player.start()
    wait_until(lambda: player.status.bar >= 1)
    saved = player.save()
    hear(player, lambda _: player.status.bar >= 2)
    bar = player.status
    player.stop()
    assert len(saved) < 40_000

    other = MusicPlayer(output="null", host=host)
    other.restore(saved)
    other.start()
    wait_until(lambda: other.status.bar >= bar.bar)
    again = other.status
    other.stop()
    assert (again.state, again.tempo, again.key) == (bar.state, bar.tempo, bar.key)


def test_a_fork_is_the_same_music_without_a_clock() -> None:
    with MusicPlayer(output="null") as player:
        wait_until(lambda: player.status.bar >= 1)
        fork = player.fork()
        fork.enter("combat")
        fork.advance(10.0)
        assert fork.status.state == "combat"
        assert player.status.state != "combat"
        fork.close()


def test_a_save_that_is_no_save_or_not_of_this_music_is_refused_by_name(tmp_path: Path) -> None:
    with MusicPlayer(output="null") as player:
        wait_until(lambda: player.status.bar >= 1)
        saved = player.save()
    with pytest.raises(barwise.InputError, match="saved music"):
        player.restore(b"nonsense")
    score = tmp_path / "other.yaml"
    score.write_text(BUILTIN.read_text("utf-8").replace("intensity: 0.", "intensity: 0.0", 1), "utf-8")
    with pytest.raises(barwise.InputError, match="another score"):
        MusicPlayer(score, output="null").restore(saved)
    with pytest.raises(barwise.InputError, match="another sample rate"):
        MusicPlayer(output="null", sample_rate=48000).restore(saved)


@POSIX
def test_a_killed_process_costs_the_game_no_frame_and_the_music_is_back_within_the_bar(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with MusicPlayer(output="null", host="process") as player:
        player.enter("combat")
        wait_until(lambda: player.status.bar >= 2 and player.is_sounding)
        process = player._link.process_id  # type: ignore[attr-defined]
        os.kill(process, signal.SIGKILL)
        frames, waits = [], Waits()  # that other programs had the processors is not the music's
        killed = time.monotonic()
        while not player.is_sounding or player._link.process_id == process:  # type: ignore[attr-defined]
            began, waited = time.monotonic(), waits.milliseconds()
            player.set_intensity(0.5)
            player.events()
            frames.append(time.monotonic() - began - (waits.milliseconds() - waited) / 1000)
            assert began - killed < 30
            time.sleep(1 / 60)
        assert player.status.state == "combat"
        hear(player, lambda told: any(event.kind is MusicEventKind.BAR for event in told))
    assert max(frames) < 0.1
    assert caplog.text.count("started again") == 1


def test_the_host_is_a_thread_where_no_process_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_host("auto", None) == "process"
    assert chosen_host("auto", NullOutput()) == "thread"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert chosen_host("auto", None) == "thread"
    assert chosen_host("process", None) == "process"
    monkeypatch.setenv("BARWISE_HOST", "process")
    assert chosen_host("auto", None) == "process"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"host": "cloud"}, "'cloud'"),
        ({"host": "process", "output": NullOutput()}, "process"),
        ({"output": "music.mp3"}, r"music\.mp3"),
        ({"output": "/nowhere/music.wav"}, "nowhere"),
        ({"sample_rate": 1}, "sample rate 1"),
        ({"seed": -1}, "seed -1"),
        ({"seed": True}, "seed True"),
        ({"seek": True}, "seek True"),
        ({"tempo_step": "2"}, "tempo step '2'"),
    ],
)
def test_a_player_that_cannot_be_names_the_value(arguments: dict[str, object], named: str) -> None:
    with pytest.raises(barwise.InputError, match=named):
        MusicPlayer(**arguments)  # type: ignore[arg-type]


def test_events_are_posted_to_pygame_as_they_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[SimpleNamespace] = []
    late: list[float] = []

    def post(told: SimpleNamespace) -> None:
        posted.append(told)
        late.append(time.monotonic() - told.heard_at)

    event = SimpleNamespace(Event=lambda kind, values: SimpleNamespace(type=kind, **values), post=post)
    monkeypatch.setitem(sys.modules, "pygame", SimpleNamespace(event=event))
    with MusicPlayer(output="null") as player:
        player.post_events(32_000)
        wait_until(lambda: sum(told.kind == "beat" for told in posted) >= 4)
    assert {told.type for told in posted} == {32_000}
    # None before it is heard, and the quickest at once: a machine that is busier than the game posts later.
    assert -0.002 < min(late) < 0.02


def test_without_pygame_nothing_can_be_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pygame", raising=False)
    with pytest.raises(barwise.InputError, match="pygame"):
        silent_player().post_events(32_000)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda player: player.set_mood("gloomy"), "'gloomy'"),
        (lambda player: player.set_mood(valence=2), "valence 2"),
        (lambda player: player.set_mood(tension=float("nan")), "tension nan"),
        (lambda player: player.set_intensity(-0.1), "intensity -0.1"),
        (lambda player: player.enter("menu"), "'menu'"),
        (lambda player: player.stinger("boing"), "'boing'"),
        (lambda player: player.arrive("combat", float("nan")), "seconds nan"),
        (lambda player: player.set_volume(float("inf")), "volume inf"),
        (lambda player: player.duck(float("nan")), "decibels nan"),
        (lambda player: player.skip(float("inf")), "seconds inf"),
        (lambda player: player.set_intensity(0.5, seconds=float("nan")), "seconds nan"),
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
