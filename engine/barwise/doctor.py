"""Looks at what this machine has for music. Changes nothing; each cure comes from the floor that needs it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from barwise.composing.onnx_composer import describe_model
from barwise.errors import BarwiseError
from barwise.playing.sdl_output import probe_device
from barwise.playing.soundfont import find_soundfont, known_soundfonts
from barwise.playing.synth import describe_library


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for."""

    subject: str
    found: str = ""
    """What was found; empty when it is missing."""
    cure: str = ""
    """What is wrong and what to do about it, when it is missing."""
    is_needed: bool = True
    """Whether no music can sound without it."""


def examine() -> tuple[Finding, ...]:
    """Everything that music needs, looked for one by one."""
    return (
        _look("FluidSynth", _fluidsynth),
        _look("SoundFont", _soundfonts),
        _look("Sound device", probe_device),
        _look("Composer", _composer, is_needed=False),
    )


def can_sound(findings: Sequence[Finding]) -> bool:
    """Whether music can be heard here."""
    return all(finding.found for finding in findings if finding.is_needed)


def lines_of(findings: Sequence[Finding]) -> list[str]:
    """The findings for a person to read, the conclusion last."""
    lines = [f"{finding.subject:<14}{finding.found or 'MISSING: ' + finding.cure}" for finding in findings]
    return [*lines, "Music can sound here." if can_sound(findings) else "Music cannot sound here yet."]


def _look(subject: str, look: Callable[[], str], *, is_needed: bool = True) -> Finding:
    try:
        return Finding(subject, found=look(), is_needed=is_needed)
    except BarwiseError as error:
        return Finding(subject, cure=str(error), is_needed=is_needed)


def _fluidsynth() -> str:
    library = describe_library()
    return f"{library.version}, {library.path}; drivers: {', '.join(library.drivers)}"


def _soundfonts() -> str:
    chosen = find_soundfont()
    others = [str(path) for path in known_soundfonts() if path != chosen]
    return f"{chosen}" + (f"; also {', '.join(others)}" if others else "")


def _composer() -> str:
    model = describe_model(None)
    figures = ", ".join(f"{name} {value}" for name, value in model.figures.items())
    return f"network, {model.path}: {figures}"
