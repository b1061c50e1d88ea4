"""Where a player's music is made, as the game asks and the machine lets, and what plays it there.

It loads fast: what a link takes is loaded when one is made, and by then the music's process is at work.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from barwise.errors import InputError
from barwise.linking.sources import Wanted, source_of
from barwise.parts import StrPath
from barwise.playing.atomic_file import check_folder

if TYPE_CHECKING:
    from barwise.linking.link import Link
    from barwise.linking.report_log import ReportLog
    from barwise.playing.outputs import Output

HOST_VARIABLE = "BARWISE_HOST"
"""Environment: takes the place of a host of 'auto'."""

AUTO, THREAD, PROCESS = "auto", "thread", "process"
HOSTS = (AUTO, THREAD, PROCESS)

NULL, RECORDING = "null", ".wav"


class Choice:
    """A host and an output that go together."""

    def __init__(self, host: str, output: "Output | StrPath | None", parts: Mapping[str, Any]) -> None:
        """Take what a game asks for, and the parts by name; raises InputError for what cannot be."""
        self._output, self._name, self._parts = output, output_name(output), parts
        is_process = chosen_host(host, output) == PROCESS
        self._source = source_of(Wanted.of(parts)) if is_process else None

    def get_ready(self) -> None:
        """Have a process load what it takes to play, beside the game; a thread would take the game's own time."""
        if self._source:
            self._source.get_ready()

    def link(self, log: "ReportLog") -> "Link":
        """What makes the music; what it tells goes into a log."""
        from barwise.linking.link import Plan
        from barwise.linking.process_link import ProcessLink

        plan = Plan(self._parts, self._name, self._parts["sample_rate"])

        def threads() -> "Link":
            from barwise.linking.engine_core import make_core  # what makes music: not for a game that has a process
            from barwise.linking.hosting import output_named
            from barwise.linking.thread_link import ThreadLink

            output = self._output
            return ThreadLink(plan, log, lambda: output if _is_object(output) else output_named(self._name), make_core)

        return ProcessLink(plan, self._source, log, threads) if self._source else threads()


def chosen_host(host: str, output: "Output | StrPath | None") -> str:
    """'process' or 'thread' for what a game asks; raises InputError for what cannot be."""
    if host not in HOSTS:
        raise InputError(f"host {host!r} is unknown; allowed: {', '.join(HOSTS)}")
    asked = os.environ.get(HOST_VARIABLE, AUTO) if host == AUTO else host
    if _is_object(output):
        if host == PROCESS:
            raise InputError(
                "an Output is played to from a thread; allowed with host='process': None, 'null', a .wav file"
            )
        return THREAD
    if asked in (THREAD, PROCESS):
        return asked
    return PROCESS if _can_have_process() else THREAD


def _can_have_process() -> bool:
    """Whether sys.executable is an interpreter: in a frozen game it is the game."""
    is_frozen = getattr(sys, "frozen", False) or "__compiled__" in sys.modules.get("__main__", object).__dict__
    is_interpreter = Path(sys.executable or "").stem.lower().startswith(("python", "pypy"))
    return not is_frozen and is_interpreter and sys.platform not in ("emscripten", "wasi", "ios", "android")


def _is_object(output: "Output | StrPath | None") -> "TypeGuard[Output]":
    return output is not None and not isinstance(output, str | os.PathLike)


def output_name(output: "Output | StrPath | None") -> str | None:
    """An output by name; None for the device and for an object; raises InputError for a file that cannot be."""
    if not isinstance(output, str | os.PathLike):
        return None
    name = os.fspath(output)
    if name == NULL:
        return name
    if Path(name).suffix.lower() != RECORDING:
        raise InputError(
            f"output {name!r} is unknown; allowed: {NULL!r}, a file that ends in {RECORDING}, or an Output"
        )
    check_folder(Path(name).absolute())
    return str(Path(name).absolute())
