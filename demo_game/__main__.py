"""python -m demo_game: reads the command line and chooses between the window and the headless play."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # before anything imports pygame

from demo_game.headless import perform
from demo_game.music_bridge import LiveMusic, OfflineMusic
from demo_game.window import Window, missing_devices

DEFAULT_SECONDS = 40.0
MOST_SECONDS = 3600.0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _seed(words: str) -> int:
    if not words.isdecimal():
        raise argparse.ArgumentTypeError(f"{words!r} is not a whole number from 0")
    return int(words)


def _seconds(words: str) -> float:
    try:
        seconds = float(words)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{words!r} is not a number of seconds up to {MOST_SECONDS:g}")
    return seconds


def _folder(words: str) -> Path:
    path = Path(words)
    nearest = next((place for place in (path, *path.parents) if place.exists()), Path())
    if not nearest.is_dir():
        raise argparse.ArgumentTypeError(f"{words!r} cannot be a folder: {str(nearest)!r} is a file")
    if not os.access(nearest, os.W_OK):
        raise argparse.ArgumentTypeError(f"{words!r} cannot be written to")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m demo_game",
        description="The Last Lantern: a small game whose music Barwise composes while you play.",
    )
    parser.add_argument("--headless", action="store_true", help="no window: it plays itself and writes files")
    parser.add_argument("--autopilot", action="store_true", help="a window, but it plays itself")
    parser.add_argument("--silent", action="store_true", help="a window also where there is no sound device")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="how long to play (headless: 40)")
    parser.add_argument("--seed", type=_seed, default=0, metavar="N", help="same seed, same game (0)")
    parser.add_argument("--out", type=_folder, default=Path("out"), metavar="DIR", help="for the files (out)")
    return parser


@dataclass(frozen=True, slots=True)
class Musics:
    """How music is opened; tests open fakes."""

    live: Callable[[int], LiveMusic] = LiveMusic
    offline: Callable[[int], OfflineMusic] = OfflineMusic


def main(arguments: Sequence[str] | None = None, musics: Musics = Musics()) -> int:
    """Plays; returns the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        return _play(options, musics)
    except KeyboardInterrupt:
        return 130


def _play(options: argparse.Namespace, musics: Musics) -> int:
    if not options.headless:
        missing = missing_devices()
        if not missing or (options.silent and missing == "sound device"):
            return _play_in_window(options, musics)
        hint = " (--silent opens the window without it)" if missing == "sound device" else ""
        print(f"There is no {missing} here{hint}; the game plays itself and writes files instead.", flush=True)
    return _play_headless(options, musics)


def _play_in_window(options: argparse.Namespace, musics: Musics) -> int:
    window = Window(options.seed, musics.live, options.autopilot)
    try:
        window.run(options.seconds)
    finally:
        window.close()
    return 0


def _play_headless(options: argparse.Namespace, musics: Musics) -> int:
    story, files = perform(options.seed, options.seconds or DEFAULT_SECONDS, options.out, musics.offline)
    print("\n".join(story.lines()))
    lost = [path for path in files.all if not path.exists()]
    print("wrote   " + ", ".join(str(path) for path in files.all if path not in lost))
    for path in lost:
        print(f"{path} was not written: {story.heard.warning or 'see above'}", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
