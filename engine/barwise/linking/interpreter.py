"""A plain interpreter beside the game: started away from the game's modules, its words kept. Knows no music."""

import contextlib
import importlib.util
import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from barwise.linking.patience import EXIT_SECONDS

LOG = logging.getLogger("barwise")

NEEDED = ("barwise", "numpy", "onnxruntime", "fluidsynth", "yaml", "mido", "pygame", "soundfile")
"""What the process imports, when the game can."""

HEED_SECONDS, LOOK_SECONDS = 0.5, 0.002
"""How long it is waited at most for what was printed before an end, and how often it is looked for."""

READ_BYTES = 1 << 16

LAST_WORDS = 20
"""Lines kept of what its libraries print."""

_BOOT = """
import gc, importlib, importlib.util, os, signal, sys
gc.disable()
signal.signal(signal.SIGINT, signal.SIG_IGN)
module, home, *folders = sys.argv[1:]
sys.path += folders
page = os.path.join(home, "__init__.py")
if os.path.isfile(page):
    spec = importlib.util.spec_from_file_location("barwise", page, submodule_search_locations=[home])
    sys.modules["barwise"] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
importlib.import_module(module).main()
"""
"""The process has the very package that the game has, wherever that lies. The folders of the libraries come
last, so that nothing in them stands for a standard module. What is loaded stays: the collector looks at none of
it until all is there."""

_FRUGAL = {
    "MALLOC_ARENA_MAX": "4",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""For the libraries of the process: threads of their own bring it nothing. Each of its own four has a memory pool: in
one that the playing thread shares it waits for the network, which takes hundreds of pieces a bar and may be put aside
in the middle of that. What is freed at the end of the heap goes back, as the C library of GNU begins; left alone it
keeps ever more of what was freed last."""

_HOME = str(Path(__file__).resolve().parents[1])
"""Where the package lies; not to be found in an archive."""


class Interpreter:
    """A process that runs `main` of one of our modules; what it prints to stderr is heard."""

    def __init__(self, module: str, stdin: int, stdout: int, paths: Sequence[str] = ()) -> None:
        """Start it with these descriptors, which stay the caller's; raises OSError when the machine does not let."""
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        # Isolated: most games have no __main__ guard for multiprocessing, and modules named like those of a
        # library. Its standard streams are all that it shares with the game.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, module, _HOME, *library_folders(), *paths],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **_FRUGAL},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self._process.stderr is None:
            raise OSError("the music's process has no stderr")
        self._stderr = self._process.stderr
        self._heeding = threading.Lock()
        threading.Thread(target=self._heed, name="barwise-heed", daemon=True).start()

    @property
    def number(self) -> int:
        """Its number in the system."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it now; harmless when it has ended."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def wait(self, seconds: float | None = EXIT_SECONDS) -> bool:
        """Wait so long (None: for good) for its end, of which the system then takes note; whether it came."""
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            self._process.wait(seconds)
            return True
        return False

    def hear_out(self) -> None:
        """Wait until what was printed so far is among the last words."""
        deadline = time.monotonic() + HEED_SECONDS
        while time.monotonic() < deadline:
            with self._heeding:
                if self._stderr.closed or not _is_readable(self._stderr):
                    return
            time.sleep(LOOK_SECONDS)

    def _heed(self) -> None:
        """Keep what its libraries print, for whoever looks for the cause of something."""
        rest, chunk = b"", b"..."
        while chunk:
            _is_readable(self._stderr, None)
            with self._heeding:
                chunk = os.read(self._stderr.fileno(), READ_BYTES)
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._keep(line)
        with self._heeding:
            self._stderr.close()
        self.wait(None)  # so that the system may forget it, also where nobody has asked for its end

    def _keep(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        self.last_words.append(text)
        LOG.debug("music process: %s", text)


def _is_readable(stream: IO[bytes], seconds: float | None = 0.0) -> bool:
    """Whether there is something to read, or the end, within so long; None: wait for it."""
    if sys.platform == "win32":  # it can wait for sockets alone
        return seconds is None
    return bool(select.select([stream], [], [], seconds)[0])


def library_folders() -> list[str]:
    """Where the game finds Barwise and what it needs; nothing is imported for it."""
    return list(dict.fromkeys(str(folder) for name in NEEDED for folder in _folder_of(name)))


def _folder_of(name: str) -> Iterator[Path]:
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin).absolute()
            yield origin.parent.parent if spec.submodule_search_locations else origin.parent
