"""One process that makes music: started away from the game's modules, spoken to and heard.

It knows processes and pipes; when to start one and what to say to it is the business of process_link.py.
"""

import contextlib
import importlib.util
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from barwise.errors import InputError
from barwise.linking.messages import Beat, FromChild, ToChild, decode_from_child, encode
from barwise.linking.wire import FrameReader, PipeWriter, WireError
from barwise.music.reports import Fault

LOG = logging.getLogger("barwise")

EXIT_SECONDS = 0.5
"""How long a process may take to end by itself."""

NEEDED = ("barwise", "numpy", "onnxruntime", "fluidsynth", "yaml", "mido", "pygame", "soundfile")
"""What the process imports, when the game can."""

LAST_WORDS = 20
"""Lines kept of what its libraries print."""

_BOOT = """
import importlib.util, os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
home, *folders = sys.argv[1:]
sys.path += folders
page = os.path.join(home, "__init__.py")
if os.path.isfile(page):
    spec = importlib.util.spec_from_file_location("barwise", page, submodule_search_locations=[home])
    sys.modules["barwise"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
from barwise.linking.child import main
main()
"""
"""The process has the very package that the game has, wherever that lies. The folders of the libraries come
last, so that nothing in them stands for a standard module."""

_FRUGAL = {
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""For the libraries of the process: threads and memory pools of their own bring it nothing."""

_HOME = str(Path(__file__).resolve().parents[1])
"""Where the package lies; not to be found in an archive."""

Hearer = Callable[["MusicProcess", FromChild | None], None]
"""Takes what a process says, and None when it has ended."""


class MusicProcess:
    """A process and the threads that hear it."""

    def __init__(self, hearer: Hearer, paths: Sequence[str] = ()) -> None:
        """Start it; raises OSError when the machine does not let."""
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._hearer = hearer
        # A plain interpreter, and isolated: most games have no __main__ guard for multiprocessing, and
        # modules named like those of a library. Its standard streams are all that it shares with the game.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, _HOME, *library_folders(), *paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **_FRUGAL},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise OSError("the music's process has no pipes")
        self._writer = PipeWriter(os.dup(stdin.fileno()))
        stdin.close()
        self._reader = threading.Thread(target=self._hear, args=(stdout.fileno(),), name="barwise-hear", daemon=True)
        self._heeder = threading.Thread(target=self._heed, args=(stderr.fileno(),), name="barwise-heed", daemon=True)

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def listen(self) -> None:
        """Begin to hear it."""
        self._reader.start()
        self._heeder.start()

    def offer(self, message: ToChild) -> bool:
        """Say something; False when the pipe is full."""
        return self._writer.offer(encode(message, ToChild))

    def flush(self) -> None:
        """Give the pipe what it did not take of the last message."""
        self._writer.flush()

    def end(self, seconds: float = EXIT_SECONDS) -> None:
        """Let it end by itself for so long, then end it; doing it twice is harmless."""
        self._writer.close()
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join(seconds)
        with contextlib.suppress(OSError):
            if self._reader.is_alive():
                self._process.kill()
        self._reap()

    def _reap(self) -> None:
        """Take note of the end, so that the system may forget it."""
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            self._process.wait(EXIT_SECONDS)

    def _hear(self, descriptor: int) -> None:
        try:
            for frame in FrameReader(descriptor).frames():
                self._hearer(self, self._message(frame))
        except WireError as error:
            self.last_words.append(str(error))
            self._process.kill()
        self._reap()
        self._hearer(self, None)

    def _message(self, frame: bytes) -> FromChild:
        try:
            return decode_from_child(frame)
        except InputError as error:
            return Beat(reports=(Fault(f"the music's process is not understood: {error}"),))

    def _heed(self, descriptor: int) -> None:
        """Keep what its libraries print, for whoever looks for the cause of something."""
        with contextlib.suppress(OSError), open(descriptor, "rb", closefd=False) as stream:
            for line in stream:
                text = line.decode(errors="replace").rstrip()
                self.last_words.append(text)
                LOG.debug("music process: %s", text)


def library_folders() -> list[str]:
    """Where the game finds Barwise and what it needs; nothing is imported for it."""
    return list(dict.fromkeys(str(folder) for name in NEEDED for folder in _folder_of(name)))


def _folder_of(name: str) -> Iterator[Path]:
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin).absolute()
            yield origin.parent.parent if spec.submodule_search_locations else origin.parent
