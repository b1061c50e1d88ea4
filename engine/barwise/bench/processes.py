"""Other processes: started by a script's path, looked at from outside, and never left behind.

Memory and processor time of a process are read where Linux tells them; elsewhere they are None.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barwise.errors import BarwiseError

PROC = Path("/proc")
KIB_IN_MIB = 1024
PARENT_FIELD, USER_FIELD, SYSTEM_FIELD = 1, 11, 12
"""Fields of /proc/*/stat, counted after the command's name."""
GOODBYE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sight:
    """A process and those it started, at one moment."""

    memory_mib: float | None
    """Of all together: proportional set size, in which shared pages are shared out."""
    children_seconds: float | None
    """Processor time of those it started that still live."""
    children: int


def look_at(process: int) -> Sight:
    """How a process and those it started stand."""
    found = family(process)
    if not found:
        return Sight(None, None, 0)
    memory = [_memory_mib(one) for one in found]
    seconds = [_processor_seconds(one) for one in found[1:]]
    return Sight(sum(memory), sum(seconds), len(found) - 1)


def family(process: int) -> list[int]:
    """A process and all below it, itself first; none where the system does not tell."""
    if not PROC.is_dir():
        return []
    parents = {int(folder.name): _stat(folder) for folder in PROC.iterdir() if folder.name.isdigit()}
    found = [process]
    for one in found:
        found += [child for child, stat in parents.items() if stat and int(stat[PARENT_FIELD]) == one]
    return found


def run_script(
    script: Path,
    orders: dict[str, Any],
    on_mark: Callable[[str, Sight], None],
    on_seconds: Callable[[float], None],
    log: Path,
    timeout_seconds: float,
) -> None:
    """Run a script that says how far it is and marks where it stands.

    Raises BarwiseError with its last words if it fails or hangs.
    """
    with _started(script, log) as child:
        watchdog = _Watchdog(child, timeout_seconds)
        with watchdog:
            _say(child, json.dumps(orders))
            for line in child.stdout or ():
                told = json.loads(line)
                if "mark" in told:
                    on_mark(told["mark"], look_at(child.pid))
                    _say(child, "")
                else:
                    on_seconds(told["seconds"])
            code = child.wait()
    if code:
        text = f"took longer than {timeout_seconds:.0f} s" if watchdog.has_bitten else _last_line(log)
        raise BarwiseError(f"the game that was to be measured ended early: {text}")


class _Watchdog:
    """Ends a process that hangs."""

    def __init__(self, child: "subprocess.Popen[str]", seconds: float) -> None:
        from threading import Timer

        self.has_bitten = False
        self._child = child
        self._timer = Timer(seconds, self._bite)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _bite(self) -> None:
        self.has_bitten = True
        self._child.kill()


@contextlib.contextmanager
def _started(script: Path, log: Path) -> Iterator["subprocess.Popen[str]"]:
    # -P: a game is not run from the folder of our modules, whose names would be found first.
    command = [sys.executable, "-P", str(script)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(_paths())}
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
            cwd=log.parent,
        ) as child,
    ):
        try:
            yield child
        finally:
            _end(child)


def _end(child: "subprocess.Popen[str]") -> None:
    if child.poll() is None:
        child.kill()
        child.wait(GOODBYE_SECONDS)


def _paths() -> list[str]:
    """Where this very Barwise lies, before whatever else was asked for."""
    package = str(Path(__file__).parents[2])
    return [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def _say(child: "subprocess.Popen[str]", line: str) -> None:
    if child.stdin:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(line + "\n")
            child.stdin.flush()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _stat(folder: Path) -> list[str]:
    """The fields after the command's name, which may hold anything; none for a process that has ended."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _processor_seconds(process: int) -> float:
    stat = _stat(PROC / str(process))
    if sys.platform != "win32" and stat:
        return (int(stat[USER_FIELD]) + int(stat[SYSTEM_FIELD])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _memory_mib(process: int) -> float:
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / KIB_IN_MIB for line in lines if line.startswith("Pss:")), 0.0)
