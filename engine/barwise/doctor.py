"""Looks at what this machine has for music. Changes nothing; each cure comes from the floor that needs it."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from barwise.composing.onnx_composer import describe_model
from barwise.errors import BarwiseError
from barwise.playing.sdl_output import probe_device
from barwise.playing.soundfont import HOUSE_FONT, find_soundfont, house_soundfont, known_soundfonts
from barwise.playing.synth import describe_library

STDERR = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for."""

    subject: str
    found: str = ""
    """What was found; empty when it is missing."""
    cure: str = ""
    """What is wrong and what to do about it, when it is missing."""
    substitute: str = ""
    """What music does without it; empty when none can sound."""


def examine() -> tuple[Finding, ...]:
    """Everything that music needs, looked for one by one."""
    return (
        _look("FluidSynth", _fluidsynth),
        _look("House font", _house_font, substitute="another font is used, with levels that are not made for it"),
        _look("SoundFont", _soundfonts),
        _look("Sound device", _device),
        _look("Composer", _composer, substitute="the rules compose"),
    )


def can_sound(findings: Sequence[Finding]) -> bool:
    """Whether music can be heard here."""
    return all(finding.found or finding.substitute for finding in findings)


def lines_of(findings: Sequence[Finding]) -> list[str]:
    """The findings for a person to read, the conclusion last."""
    lines = [f"{finding.subject:<14}{finding.found or _lack(finding)}" for finding in findings]
    return [*lines, "Music can sound here." if can_sound(findings) else "Music cannot sound here yet."]


def _lack(finding: Finding) -> str:
    return f"{finding.substitute or 'MISSING'}: {finding.cure}"


def _look(subject: str, look: Callable[[], str], substitute: str = "") -> Finding:
    try:
        return Finding(subject, found=look())
    except BarwiseError as error:
        return Finding(subject, cure=str(error), substitute=substitute)


def _fluidsynth() -> str:
    library = describe_library()
    return f"{library.version}, {library.path}; drivers: {', '.join(library.drivers)}"


def _house_font() -> str:
    return str(house_soundfont())


def _soundfonts() -> str:
    chosen = find_soundfont()
    others = [path for path in (HOUSE_FONT, *known_soundfonts()) if path.is_file() and path != chosen]
    return f"used: {_named(chosen)}" + (f"; also found: {', '.join(map(_named, others))}" if others else "")


def _named(font: Path) -> str:
    return f"{font} (the house font)" if font == HOUSE_FONT else str(font)


def _device() -> str:
    with _hushed():
        return probe_device()


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep ALSA's library quiet: it writes a page to stderr about what SDL then says in a line."""
    kept = os.dup(STDERR)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), STDERR)
    try:
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)


def _composer() -> str:
    model = describe_model(None)
    figures = "".join(f"; {name} {value:g}" for name, value in model.figures.items())
    return f"network, {model.path}{figures}"
