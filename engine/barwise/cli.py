"""The command line: words to requests, errors to one line each. Makes no music itself."""

import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

import click

from barwise.bench.benching import BOTH, HOSTS, run_bench
from barwise.doctor import can_sound, examine, lines_of
from barwise.errors import BarwiseError, InputError
from barwise.gallery import PAGE, PIECES, SECONDS, make_gallery
from barwise.mood_curve import COLUMNS, number_from, read_mood_curve, whole_from
from barwise.music.mood import INTENSITY_RANGE, MOOD_RANGES, Mood
from barwise.offline import AUDIO_ENDINGS, MIDI_ENDING
from barwise.playing.soundfont import check_soundfont
from barwise.provenance_log import ProvenanceLog
from barwise.rendering import RenderRequest, ThemeAt, render_file
from barwise.score.load import TEMPO_RANGE

ENDINGS = (MIDI_ENDING, *AUDIO_ENDINGS)
LOG_ENDING = ".json"
STDOUT = Path("-")
SEED_RANGE = (0, 2**32 - 1)
BARS_RANGE = (1, 10_000)
SECONDS_RANGE = (1.0, 36_000.0)
PIECES_RANGE = (1, 100)
MINUTES_RANGE = (0.1, 1440.0)

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ended."""

PATIENCE_SECONDS = 2.0
"""Work that takes longer than this shows a progress bar."""

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


class LateBar:
    """A progress bar for people who have waited a while; a file or a pipe never sees it."""

    def __init__(self, label: str, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._shown = 0
        self._closing = ExitStack()
        self._advance: Callable[[int], None] | None = None

    def __enter__(self) -> "LateBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __call__(self, share: float) -> None:
        """Show that a share of the work, 0 to 1, is done."""
        if self._advance is None and self._stream.isatty() and self._clock() - self._started > PATIENCE_SECONDS:
            bar = click.progressbar(length=100, label=self._label, file=self._stream)
            self._advance = self._closing.enter_context(bar).update
        if self._advance is not None:
            percent = int(share * 100)
            self._advance(percent - self._shown)
            self._shown = percent


@click.group(invoke_without_command=True)
@click.version_option(package_name="barwise", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Composes game music: see `barwise render --help`."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _number(flag: str, bounds: tuple[float, float], text: str) -> Decorator:
    def convert(_: click.Context, __: click.Parameter, given: str | None) -> float | None:
        return None if given is None else number_from(given, flag, *bounds)

    return click.option(flag, metavar="NUMBER", callback=convert, help=text)


def _whole(flag: str, bounds: tuple[int, int], text: str, default: str | None = None) -> Decorator:
    def convert(_: click.Context, __: click.Parameter, given: str | None) -> int | None:
        return None if given is None else whole_from(given, flag, *bounds)

    return click.option(flag, metavar="NUMBER", default=default, show_default=True, callback=convert, help=text)


def _file(flag: str, metavar: str, text: str) -> Decorator:
    return click.option(flag, metavar=metavar, type=click.Path(path_type=Path), help=text)


@commands.command()
@click.option(
    "--out", required=True, metavar="FILE", type=click.Path(path_type=Path), help="A .mid, .wav or .flac file."
)
@_whole("--seed", SEED_RANGE, "The same seed gives the same music.", default="0")
@_whole("--bars", BARS_RANGE, "Length in bars.  [default: 32]")
@_number("--seconds", SECONDS_RANGE, "Length in seconds, instead of --bars.")
@click.option("--state", metavar="NAME", help="A state of the score, such as combat.")
@click.option("--mood", metavar="NAME", help="A mood of the score, such as dread.")
@_number("--valence", MOOD_RANGES["valence"], "Unpleasant -1 to pleasant 1.")
@_number("--arousal", MOOD_RANGES["arousal"], "Calm -1 to excited 1.")
@_number("--tension", MOOD_RANGES["tension"], "Resolved 0 to tense 1.")
@_number("--intensity", INTENSITY_RANGE, "How much of the arrangement plays, 0 to 1.")
@_file(
    "--moods",
    "CSV",
    f"Moods by bar, from 1 (or 0, if the first is 0), with the columns {','.join(COLUMNS)}.",
)
@click.option(
    "--theme",
    "themes",
    metavar="NAME@BAR",
    multiple=True,
    callback=lambda _, __, given: tuple(_theme_at(word) for word in given),
    help="A theme of the score, or a .mid file, to be stated from a bar on (the first is 1); may be repeated.",
)
@_number("--tempo", TEMPO_RANGE, "Quarter notes a minute, instead of the score's.")
@_file("--soundfont", "FILE", "An .sf2 or .sf3 file.")
@_file("--score", "FILE", "A score in YAML, instead of the built-in one.")
@click.option("--style", metavar="NAME", help="A style of palettes: the score's, or one that comes with Barwise.")
@_file("--model", "FILE", "An ONNX composer, instead of the built-in one.")
@_file(
    "--stems",
    "FOLDER",
    "Beside the mix, a 24-bit file for each part, which add up to it, and a MIDI file; made if it does not exist.",
)
@_file(
    "--provenance",
    "FILE",
    "A .json log of the longest run of notes that each bar shares with the training music; - prints a table.",
)
def render(out: Path, mood: str | None, moods: Path | None, provenance: Path | None, **options: Any) -> None:
    """Compose music into a file.

    With --moods, the mood and intensity given otherwise hold until the first bar of the CSV file.
    """
    _check_out(out)
    if provenance:
        _check_log(provenance)
    if options["stems"]:
        _check_stems(options["stems"], out)
    if options["soundfont"]:
        check_soundfont(options["soundfont"])
    if options["bars"] is not None and options["seconds"] is not None:
        raise InputError("--bars and --seconds both say how long; give one of them")
    numbers = {name: options.pop(name) for name in MOOD_RANGES}
    curve = read_mood_curve(moods) if moods else ()
    request = RenderRequest(mood=_mood(mood, numbers), curve=curve, is_traced=provenance is not None, **options)
    with LateBar(out.name, sys.stderr) as progress:
        report = render_file(request, out, progress)
    click.echo(report.summary())
    if provenance and report.provenance:
        _tell(report.provenance, provenance)


@commands.command()
@click.option(
    "--out", required=True, metavar="FOLDER", type=click.Path(path_type=Path), help="Made if it does not exist."
)
@_whole("--pieces", PIECES_RANGE, "How many pieces.", default=str(PIECES))
@_number("--seconds", SECONDS_RANGE, f"About how long each is.  [default: {SECONDS:.0f}]")
@_whole("--seed", SEED_RANGE, "Of the first piece; the others count on.", default="0")
@_file("--soundfont", "FILE", "An .sf2 or .sf3 file.")
@_file("--score", "FILE", "A score in YAML, instead of the built-in one.")
@_file("--model", "FILE", "An ONNX composer, instead of the built-in one.")
def gallery(out: Path, seconds: float | None, **options: Any) -> None:
    """Show what a score sounds like: its states and moods as pieces, each with sound, MIDI and piano roll."""
    if out.exists() and not out.is_dir():
        raise InputError(f"--out {out} is a file; give the name of a folder")
    if options["soundfont"]:
        check_soundfont(options["soundfont"])
    with LateBar(out.name, sys.stderr) as progress:
        shown = make_gallery(out, seconds=seconds or SECONDS, progress=progress, **options)
    click.echo(f"{out / PAGE}: {len(shown)} pieces; open it in a browser")


@commands.command()
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option("--quick", "is_quick", is_flag=True, help="A look that takes less than a minute.")
@click.option(
    "--host", type=click.Choice([*HOSTS, BOTH]), help="Where the music is made.  [default: as the player chooses]"
)
@_number("--minutes", MINUTES_RANGE, "Length of the long game.  [default: 10; none with --quick]")
def bench(is_json: bool, is_quick: bool, host: str | None, minutes: float | None) -> None:
    """Measure the live engine in simulated games on this machine, each figure beside its goal."""
    with LateBar("bench", sys.stderr) as progress:
        report = run_bench(host, progress, is_quick=is_quick, minutes=minutes)
    click.echo(report.json() if is_json else "\n".join(report.lines()))


@commands.command()
def doctor() -> int:
    """Tell what this machine has for music, and the cure for what is missing."""
    findings = examine()
    for line in lines_of(findings):
        click.echo(line)
    return 0 if can_sound(findings) else FAILED


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what goes wrong is one line on stderr."""
    # Lines of other voices on this stage: the engine's warnings look like ours, pygame's greeting is left out.
    logging.basicConfig(format="barwise: %(message)s")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        except KeyboardInterrupt:
            return _end("stopped; no file was changed", INTERRUPTED)
        except InputError as error:
            return _end(str(error), BAD_INPUT)
        except (BarwiseError, OSError) as error:
            return _end(str(error), FAILED)
        except click.ClickException as error:
            return _end(error.format_message(), BAD_INPUT)


def _run(arguments: Sequence[str]) -> int:
    # Click's own main() prints usage screens and swallows Ctrl-C.
    try:
        with commands.make_context("barwise", list(arguments)) as context:
            return commands.invoke(context) or 0
    except click.exceptions.Exit as ending:
        return ending.exit_code


def _end(message: str, code: int) -> int:
    click.echo(f"barwise: {' '.join(message.split())}", err=True)
    return code


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    _end(str(message), 0)


def _check_out(out: Path) -> None:
    """Refuse at once what would otherwise fail after minutes of work."""
    if out.suffix.lower() not in ENDINGS:
        raise InputError(f"--out {out} ends in {out.suffix or 'nothing'!r}; allowed: {', '.join(ENDINGS)}")
    if not out.parent.is_dir():
        raise InputError(f"--out {out}: the folder {out.parent} does not exist; create it first")
    if out.is_dir():
        raise InputError(f"--out {out} is a folder; give the name of a file in it")


def _check_stems(folder: Path, out: Path) -> None:
    if out.suffix.lower() == MIDI_ENDING:
        raise InputError(f"--stems are sound, and --out {out} has none; allowed: {', '.join(AUDIO_ENDINGS)}")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--stems {folder} is a file; give the name of a folder")
    if not folder.parent.is_dir():
        raise InputError(f"--stems {folder}: the folder {folder.parent} does not exist; create it first")


def _check_log(log: Path) -> None:
    if log != STDOUT and log.suffix.lower() != LOG_ENDING:
        raise InputError(
            f"--provenance {log} ends in {log.suffix or 'nothing'!r}; allowed: {LOG_ENDING}, or - to print"
        )
    if not log.parent.is_dir():
        raise InputError(f"--provenance {log}: the folder {log.parent} does not exist; create it first")


def _tell(provenance: ProvenanceLog, log: Path) -> None:
    if log == STDOUT:
        click.echo("\n".join(provenance.lines()))
    else:
        provenance.write(log)
        click.echo(f"{log}: provenance of {len(provenance.bars)} bars")


def _theme_at(word: str) -> ThemeAt:
    """Such as 'hero@9'."""
    name, _, bar = word.rpartition("@")
    if not name:
        raise InputError(f"--theme {word}: give a name and a bar, such as hero@9")
    return ThemeAt(name, whole_from(bar, "--theme", *BARS_RANGE) - 1)


def _mood(name: str | None, values: dict[str, float | None]) -> Mood | str | None:
    given = {key: value for key, value in values.items() if value is not None}
    if name is not None and given:
        raise InputError(f"--mood {name} and --{' --'.join(given)} both say the mood; give the name or the numbers")
    return Mood(**given) if given else name
