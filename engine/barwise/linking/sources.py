"""Where music's processes come from: fresh interpreters, or copies of one that has all loaded.

A copy is there at once: what takes a fresh process its first second was done before, once. Copies
are made by standby.py, which is on the other end of a socket here. It knows no frames and no music.
"""

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

from barwise.linking.interpreter import Interpreter

MAKER = "barwise.linking.engine_core:make_core"
"""Where the engine's own core is made."""

CHILD, STANDBY = "barwise.linking.child", "barwise.linking.standby"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a process is to make."""

    maker: str
    """Of the core, as 'module:name'."""
    parts: str
    """JSON of the parts, by name."""

    @classmethod
    def of(cls, parts: Mapping[str, Any], maker: str = MAKER) -> Self:
        """Some parts by name, which are plain data, and who makes a core of them."""
        return cls(maker, json.dumps(dict(parts)))


class Source(Protocol):
    """Starts processes and ends them, by numbers that the caller gives; any thread may."""

    @property
    def wanted(self) -> Wanted:
        """What its processes are to make."""

    def last_words(self) -> Sequence[str]:
        """What the last processes have printed, line by line, up to now."""

    def get_ready(self) -> None:
        """Begin with what takes long before the first start; harmless when it was done, and where it cannot be."""

    def start(self, number: int, stdin: int, stdout: int) -> None:
        """Start a process with these descriptors, which stay the caller's; raises OSError when none can be."""

    def end(self, number: int) -> None:
        """End a process now; harmless when it has ended."""

    def close(self) -> None:
        """Let go of everything; `start` begins anew."""


def source_of(wanted: Wanted, paths: Sequence[str] = ()) -> Source:
    """The quickest source that this system has.

    The maker is found by a process among its own modules, or in the folders `paths`.
    Elsewhere than on Linux a process that has loaded the system's own frameworks cannot be copied.
    """
    return Copies(wanted, paths) if sys.platform == "linux" else Fresh(wanted, paths)


class Fresh:
    """Each process is an interpreter of its own."""

    def __init__(self, wanted: Wanted, paths: Sequence[str]) -> None:
        self.wanted, self._paths = wanted, paths
        self._running: dict[int, Interpreter] = {}
        self._last: Interpreter | None = None

    def last_words(self) -> Sequence[str]:
        """What the last process has printed."""
        return _words_of(self._last)

    def get_ready(self) -> None:
        """There is nothing to be done before."""

    def start(self, number: int, stdin: int, stdout: int) -> None:
        """Start an interpreter; raises OSError when none can be."""
        self._last = self._running[number] = Interpreter(CHILD, stdin, stdout, self._paths)

    def end(self, number: int) -> None:
        """End a process now."""
        process = self._running.pop(number, None)
        if process:
            process.kill()
            process.wait()

    def close(self) -> None:
        """End what is left."""
        for number in list(self._running):
            self.end(number)


class Copies:
    """Each process is a copy of one that waits with everything loaded."""

    def __init__(self, wanted: Wanted, paths: Sequence[str]) -> None:
        self.wanted, self._paths = wanted, paths
        self._lock = threading.Lock()
        self._standby: Interpreter | None = None
        self._control: socket.socket | None = None

    def last_words(self) -> Sequence[str]:
        """What the copies have printed, one after the other."""
        return _words_of(self._standby)

    def get_ready(self) -> None:
        """Have what is to be copied load all that it needs."""
        with self._lock, contextlib.suppress(OSError):  # tried again, and told, at the start
            if not self._control:
                self._begin()

    def start(self, number: int, stdin: int, stdout: int) -> None:
        """Have a copy made; raises OSError when there is nothing to be copied, and none can be started."""
        request = _text({"start": number})
        with self._lock:
            if self._control:
                with contextlib.suppress(OSError):  # the one that waited is gone: another is needed
                    _send(self._control, request, stdin, stdout)
                    return
            self._close()
            _send(self._begin(), request, stdin, stdout)

    def end(self, number: int) -> None:
        """End a copy now."""
        with self._lock, contextlib.suppress(OSError):
            if self._control:
                self._control.send(_text({"end": number}))

    def close(self) -> None:
        """Let the one that waits end, and what it has left behind."""
        with self._lock:
            self._close()

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            self._standby = Interpreter(STANDBY, theirs.fileno(), theirs.fileno(), self._paths)
        from barwise.linking.real_time import hurry_loading  # while the process begins already

        hurry_loading(self._standby.number)
        ours.send(_text(asdict(self.wanted)))
        self._control = ours
        return ours

    def _close(self) -> None:
        standby, control, self._control = self._standby, self._control, None
        if control:
            control.close()
        if standby and control and not standby.wait():
            standby.kill()
            standby.wait()


def _send(control: socket.socket, request: bytes, *descriptors: int) -> None:
    if sys.platform != "win32":  # which has no copies
        socket.send_fds(control, [request], descriptors)


def _words_of(process: Interpreter | None) -> Sequence[str]:
    if process is None:
        return ()
    process.hear_out()
    return tuple(process.last_words)


def _text(request: Mapping[str, object]) -> bytes:
    return json.dumps(request).encode()
