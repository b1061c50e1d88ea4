"""The command line: words become one request, and every mistake becomes one line and a code."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from barwise import cli
from barwise.errors import DeviceError, ModelError
from barwise.mood_curve import CurvePoint
from barwise.music.mood import Mood
from barwise.rendering import RenderRequest
from tests.cli.conftest import Barwise

HEADER = "bar,valence,arousal,tension,intensity\n"


class Report:
    def summary(self) -> str:
        return "4 bars"


class FakeRender:
    """Stands where render_file does and keeps the request."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure = failure
        self.request = RenderRequest()

    def __call__(self, request: RenderRequest, out: Path, progress: Callable[[float], None]) -> Report:
        self.request = request
        progress(0.5)
        if self.failure:
            raise self.failure
        out.write_bytes(b"new")
        return Report()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRender:
    render = FakeRender()
    monkeypatch.setattr(cli, "render_file", render)
    return render


def test_words_become_one_request(barwise: Barwise, fake: FakeRender, tmp_path: Path) -> None:
    out = tmp_path / "x.MID"
    outcome = barwise(
        "render", "--out", out, "--seed", 7, "--bars", 4, "--state", "combat", "--tempo", 90, "--arousal", 1
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, "4 bars\n", "")
    assert fake.request == RenderRequest(seed=7, bars=4, state="combat", tempo=90, mood=Mood(arousal=1))


def test_a_named_mood_goes_down_as_its_name(barwise: Barwise, fake: FakeRender, tmp_path: Path) -> None:
    barwise("render", "--out", tmp_path / "x.wav", "--mood", "dread", "--intensity", 0)
    assert fake.request == RenderRequest(mood="dread", intensity=0)


def test_a_folder_for_stems_goes_down(barwise: Barwise, fake: FakeRender, tmp_path: Path) -> None:
    barwise("render", "--out", tmp_path / "x.flac", "--stems", tmp_path / "stems")
    assert fake.request == RenderRequest(stems=tmp_path / "stems")


def test_a_curve_goes_down_as_points(barwise: Barwise, fake: FakeRender, tmp_path: Path) -> None:
    (tmp_path / "moods.csv").write_text(HEADER + "3,1,1,1,1")
    barwise("render", "--out", tmp_path / "x.flac", "--moods", tmp_path / "moods.csv")
    assert fake.request == RenderRequest(curve=(CurvePoint(2, Mood(1, 1, 1), 1),))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "--out"),
        ("--out song", "song ends in 'nothing'; allowed: .mid, .wav, .flac"),
        ("--out song.mp3", "song.mp3 ends in '.mp3'; allowed: .mid, .wav, .flac"),
        ("--out nowhere/x.mid", "the folder nowhere does not exist"),
        ("--out folder.mid", "folder.mid is a folder"),
        ("--out x.mid --bars 0", "--bars '0'; allowed: a whole number from 1 to 10000"),
        ("--out x.mid --bars 1.5", "--bars '1.5'; allowed: a whole number"),
        ("--out x.mid --bars -3", "--bars '-3'; allowed: a whole number"),
        ("--out x.mid --seconds 0", "--seconds 0 is out of range; allowed: 1 to 36000"),
        ("--out x.mid --seconds inf", "--seconds inf is out of range"),
        ("--out x.mid --seed -1", "--seed '-1'; allowed: a whole number from 0 to"),
        ("--out x.mid --bars 4 --seconds 4", "--bars and --seconds"),
        ("--out x.mid --valence 1.5", "--valence 1.5 is out of range; allowed: -1 to 1"),
        ("--out x.mid --arousal high", "--arousal 'high' is not a number; allowed: -1 to 1"),
        ("--out x.mid --tension -0.1", "--tension -0.1 is out of range; allowed: 0 to 1"),
        ("--out x.mid --intensity nan", "--intensity nan is out of range; allowed: 0 to 1"),
        ("--out x.mid --tempo 5", "--tempo 5 is out of range; allowed: 30 to 300"),
        ("--out x.mid --mood joy --tension 1", "--mood joy and --tension"),
        ("--out x.mid --moods bad.csv", "bad.csv, line 3: arousal 'loud' is not a number; allowed: -1 to 1"),
        ("--out x.mid --moods short.csv", "short.csv has no column intensity"),
        ("--out x.mid --moods none.csv", "none.csv cannot be read: No such file"),
        ("--out x.mid --stems stems", "--stems are sound, and --out x.mid has none; allowed: .wav, .flac"),
        ("--out x.wav --stems short.csv", "--stems short.csv is a file"),
        ("--out x.wav --stems nowhere/stems", "the folder nowhere does not exist"),
        ("--out x.mid --mod joy", "--mod"),
        ("--out x.mid extra", "extra"),
    ],
)
def test_bad_input_is_one_line_and_code_2(
    barwise: Barwise, fake: FakeRender, words: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.mid").mkdir()
    Path("bad.csv").write_text(HEADER + "1,0,0,0,0\n2,0,loud,0,0\n")
    Path("short.csv").write_text("bar,valence,arousal,tension\n1,0,0,0\n")
    outcome = barwise("render", *words.split())
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert message in outcome.err
    assert not Path("x.mid").exists()


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ModelError("x.onnx is not ours\nor of another vocabulary"), 2),
        (DeviceError("FluidSynth is missing; install it"), 1),
        (OSError(28, "No space left on device"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_what_fails_below_is_one_line_and_the_old_file_stays(
    barwise: Barwise, fake: FakeRender, failure: BaseException, code: int, tmp_path: Path
) -> None:
    out = tmp_path / "x.mid"
    out.write_text("old")
    fake.failure = failure
    outcome = barwise("render", "--out", out)
    assert (outcome.code, outcome.err.count("\n"), out.read_text()) == (code, 1, "old")


def test_a_warning_is_one_line(barwise: Barwise, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Warns(FakeRender):
        def __call__(self, request: RenderRequest, out: Path, progress: Callable[[float], None]) -> Report:
            warnings.warn("the rules compose", UserWarning, stacklevel=1)
            return super().__call__(request, out, progress)

    monkeypatch.setattr(cli, "render_file", Warns())
    outcome = barwise("render", "--out", tmp_path / "x.mid")
    assert (outcome.code, outcome.err) == (0, "barwise: the rules compose\n")


def test_without_a_command_the_commands_are_shown(barwise: Barwise) -> None:
    outcome = barwise()
    assert outcome.code == 0
    assert "render" in outcome.out
    assert "doctor" in outcome.out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "seconds", "is_shown"),
    [(Terminal(), 3.0, True), (Terminal(), 1.0, False), (io.StringIO(), 3.0, False)],
)
def test_the_bar_shows_only_on_a_terminal_and_after_a_while(
    stream: io.StringIO, seconds: float, is_shown: bool
) -> None:
    times = iter([0.0, seconds])
    with cli.LateBar("song.wav", stream, clock=lambda: next(times)) as progress:
        progress(0.5)
    assert ("song.wav" in stream.getvalue()) is is_shown
