"""The machine and the versions that figures were taken with: a figure without them cannot be repeated."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from barwise.errors import BarwiseError
from barwise.playing.synth import describe_library

PACKAGES = ("barwise", "numpy", "onnxruntime", "pyfluidsynth", "pygame", "pygame-ce", "torch")


def machine() -> dict[str, object]:
    """Processor, cores, system, and how busy it was when asked."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "ready_to_run": None if load is None else round(load, 2),
    }


def versions() -> dict[str, str | None]:
    """Of Python and of everything that has a part in the figures; None for what is not here."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    try:
        found["libfluidsynth"] = describe_library().version
    except BarwiseError:
        found["libfluidsynth"] = None
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
