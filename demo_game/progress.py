"""A bar in the terminal for what takes a while; quiet where nobody watches."""

import sys
import time
from typing import TextIO

PATIENCE_SECONDS = 2.0
"""What is done by then needs no bar."""
WIDTH = 32


class Progress:
    """Shows how far something has come."""

    def __init__(self, words: str, stream: TextIO | None = None) -> None:
        self._words = words
        self._stream = stream or sys.stderr
        self._began = time.monotonic()
        self._shown = -1

    def show(self, share: float) -> None:
        """Tells how far it has come, 0 to 1; draws at most a hundred times."""
        percent = int(100 * share)
        late = time.monotonic() - self._began > PATIENCE_SECONDS
        if not late or percent == self._shown or not self._stream.isatty():
            return
        self._shown = percent
        filled = WIDTH * percent // 100
        self._stream.write(f"\r{self._words} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %")
        self._stream.flush()

    def end(self) -> None:
        """Takes the bar away."""
        if self._shown >= 0:
            self._stream.write("\r" + " " * (len(self._words) + WIDTH + 10) + "\r")
            self._stream.flush()
