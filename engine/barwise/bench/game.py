"""A game for the music to live in: frames of plain Python, held locks, and calls. A script of its own.

It has memory of its own before it has any music: until then it uses the standard library, pygame where there is
one, and of Barwise three files of this folder that need no more either. Then it does `import barwise` as any game
does. It knows nothing of what is measured from its answers.

It is given its orders as one JSON object on stdin. It says with a JSON line on stdout how many seconds
it has played, and at each mark where it stands, and waits there for a line on stdin: whoever runs it can
look at the process while it stands still.
"""

import contextlib
import gc
import importlib
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from barwise.bench.event_notes import EventNotes
from barwise.bench.hindrances import Waits, lock_holder, spin, turns_for
from barwise.bench.orders import Announced, Answer, Orders, Stretch

FRAMES_A_SECOND = 60
WORK_SECONDS = 0.012
"""Plain Python in every frame."""
HOLD_SECONDS = 0.1
HOLDS_A_SECOND = 2
"""How often the interpreter's lock is held: decoding an image, sorting a large list, a careless extension."""
LONGEST_START_SECONDS = 30
"""The game waits so long for the first bar, on a machine that is very busy."""

SETTLING_SECONDS, MUSIC_SETTLING_SECONDS = 1.0, 4.0
"""Left out of the figures at the beginning of each stretch: what starts has its own figures."""

TOLD_EVERY_SECONDS = 1.0

JOURNAL = "journal"
"""The name under which the journal is kept."""


class Game:
    """Runs stretches of frames, with or without music."""

    def __init__(self, orders: Orders, mark: Callable[[str], None], tell: Callable[[float], None]) -> None:
        self.orders, self.mark, self.tell, self.answer = orders, mark, tell, Answer()
        self.played_seconds = self.told_seconds = 0.0
        self.random = random.Random(orders.seed)
        self.hold, self.waits = lock_holder(), Waits()
        self.music: Any = None
        self.probe_due = self.turn_due = 0.0
        self.waits_for_hold = True
        self.intensity, self.parent = 1.0, os.getppid()
        self.answer.has_pygame = _open_pygame()
        self.answer.turns = turns_for(WORK_SECONDS)

    def play(self) -> Answer:
        """Everything that was ordered."""
        self.announced: list[tuple[float, float, str, int]] = []
        self.noted = EventNotes()
        self.mark("ready")
        for has_music, seconds in self.orders.stretches:
            if has_music:
                self._start_music()
            self._run(has_music, seconds)
            if has_music:
                self._stop_music()
        self.answer.announced = [Announced(*note) for note in self.announced]
        self.answer.events = self.noted.as_dicts()
        return self.answer

    @property
    def has_begun(self) -> bool:
        """Whether a bar of the music was heard."""
        return self.noted.has("bar")

    def _start_music(self) -> None:
        began = time.monotonic()
        player = importlib.import_module("barwise").MusicPlayer
        self.answer.made_at = time.monotonic()
        self.answer.import_seconds = self.answer.made_at - began
        self.music = player(seed=self.orders.seed, host=self.orders.host, output=Path(self.orders.recording))
        self.music.start()
        self.answer.start_seconds = time.monotonic() - self.answer.made_at
        self.music.enter(self.orders.states[0])
        self._note("enter", time.monotonic(), False)

    def _stop_music(self) -> None:
        self.music.stop()
        pack = importlib.import_module("barwise.plain").pack
        entries: Any = importlib.import_module("barwise.commands").JournalEntry
        journal = pack(tuple(self.music.journal), tuple[entries, ...], name=JOURNAL)
        Path(self.orders.journal).write_bytes(journal)

    def _run(self, has_music: bool, seconds: float) -> None:
        stretch = Stretch(has_music)
        for _ in range(LONGEST_START_SECONDS if has_music else 0):
            if self.has_begun:
                break
            self._frames(stretch, 1.0, is_kept=False)
        self._frames(stretch, MUSIC_SETTLING_SECONDS if has_music else SETTLING_SECONDS, is_kept=False)
        gc.collect()  # the garbage of what has started is not the frames'
        self.mark("begin")
        others, calls = _others_seconds(), stretch.calls_seconds
        self._frames(stretch, seconds, is_kept=True)
        stretch.others_seconds = _others_seconds() - others
        stretch.calls_seconds -= calls
        self.mark("end")
        if has_music:
            self._save()
        self.answer.stretches.append(stretch)

    def _frames(self, stretch: Stretch, seconds: float, *, is_kept: bool) -> None:
        began = time.monotonic()
        hold_due = began + 0.5 / HOLDS_A_SECOND
        for due in _due_times(began, seconds):
            self._tell(due - began)
            _sleep_until(due)
            if os.getppid() != self.parent:
                sys.exit("whoever ran this game is gone")
            now = time.monotonic()
            is_held = now >= hold_due
            hold_due = now + 1 / HOLDS_A_SECOND if is_held else hold_due
            calls = self._calls(is_held, now) if stretch.has_music and is_kept else []
            if is_held:  # what is called in such a frame is called just before
                for call in calls:
                    call()
                calls = []
                self.hold(HOLD_SECONDS)
            waited, before, others = self.waits.milliseconds(), stretch.calls_seconds, _others_seconds()
            taken = self._frame(stretch, calls)
            if is_kept:
                stretch.taken_ms.append((_others_seconds() - others + stretch.calls_seconds - before) * 1000)
                stretch.work_ms.append(taken * 1000)
            if is_kept and self.waits.is_known:
                stretch.waited_ms.append(self.waits.milliseconds() - waited)
            if stretch.has_music and self.random.random() < self.orders.asks_a_second / FRAMES_A_SECOND:
                self._ask()
        self.played_seconds += seconds
        if is_kept:
            stretch.frames = len(stretch.work_ms)
            stretch.seconds = time.monotonic() - began

    def _tell(self, seconds: float) -> None:
        """Say now and then how far the game is; between frames, where it disturbs none."""
        if self.played_seconds + seconds >= self.told_seconds + TOLD_EVERY_SECONDS:
            self.told_seconds = self.played_seconds + seconds
            self.tell(self.told_seconds)

    def _frame(self, stretch: Stretch, calls: list[Callable[[], None]]) -> float:
        """Seconds that a frame's work took, the calls somewhere within."""
        before = self.random.randrange(self.answer.turns + 1)
        events: list[Any] = []
        began = time.perf_counter()
        spin(before)
        if stretch.has_music:
            own = time.thread_time()
            for call in calls:
                call()
            events, told_at = self.music.events(), time.monotonic()
            stretch.calls_seconds += time.thread_time() - own
        spin(self.answer.turns - before)
        taken = time.perf_counter() - began
        for event in events:  # what is noted of them is no part of the frame
            self.noted.add(event, told_at)
        return taken

    def _calls(self, is_held: bool, now: float) -> list[Callable[[], None]]:
        """What the game says in a frame: half of its calls for intensity wait for one in which the lock is held."""
        calls: list[Callable[[], None]] = []
        if now >= self.probe_due and (is_held or not self.waits_for_hold):
            self.probe_due = now + self._until_next(self.orders.probes_a_second)
            self.waits_for_hold = self.random.random() < 0.5
            calls.append(lambda: self._probe(is_held))
        if now >= self.turn_due:
            self.turn_due = now + self._until_next(self.orders.turns_a_second)
            calls.append(self._turn)
        return calls

    def _until_next(self, a_second: float) -> float:
        """Seconds between happenings that come at random, so many a second."""
        return self.random.expovariate(a_second) if a_second else float("inf")

    def _probe(self, is_held: bool) -> None:
        self.intensity = 1.0 if self.intensity < 0.5 else 0.3
        at = time.monotonic()
        self.music.set_intensity(self.intensity)
        self._note("set_intensity", at, is_held)

    def _turn(self) -> None:
        """Something else to compose: a mood, a state or a stinger."""
        verbs = [("set_mood", self.orders.moods), ("enter", self.orders.states), ("stinger", self.orders.stingers)]
        verb, names = self.random.choice([(verb, names) for verb, names in verbs if names])
        at = time.monotonic()
        getattr(self.music, verb)(self.random.choice(names))
        self._note(verb, at, False)

    def _save(self) -> None:
        # There is nothing to save until the first bar's checkpoint is here.
        with contextlib.suppress(importlib.import_module("barwise").InputError):
            self.answer.saved_bytes.append(len(self.music.save()))

    def _ask(self) -> None:
        """Ask what notes are to come, and keep those that may not be composed anew."""
        notes = self.music.upcoming().notes
        now = time.monotonic()
        self.announced += [(now, note.heard_at, note.part.name, note.pitch) for note in notes if note.is_settled]

    def _note(self, verb: str, at: float, is_held: bool) -> None:
        self.answer.calls.append({"verb": verb, "at": at, "before_hold": is_held})


def _others_seconds() -> float:
    """Processor time of the threads beside this one."""
    return time.process_time() - time.thread_time()


def _due_times(began: float, seconds: float) -> Iterator[float]:
    """When each frame is due; a frame that is late makes the game leave out those it has missed."""
    due, end = began, began + seconds
    while due < end:
        yield due
        due += 1 / FRAMES_A_SECOND
        while due < time.monotonic() - 1 / FRAMES_A_SECOND:
            due += 1 / FRAMES_A_SECOND


def _sleep_until(due: float) -> None:
    left = due - time.monotonic()
    if left > 0:
        time.sleep(left)


def _open_pygame() -> bool:
    """Have pygame's memory and threads as a game has them; without a screen and a sound card."""
    for name in ("SDL_VIDEODRIVER", "SDL_AUDIODRIVER"):
        os.environ[name] = "dummy"
    os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
    try:
        pygame = importlib.import_module("pygame")
    except ImportError:
        return False
    pygame.init()
    pygame.display.set_mode((640, 480))
    return True


def _tell(seconds: float) -> None:
    """Say how many seconds have been played."""
    sys.stdout.write(json.dumps({"seconds": seconds}) + "\n")
    sys.stdout.flush()


def _mark(name: str) -> None:
    """Say where the game stands and wait to be told to go on."""
    sys.stdout.write(json.dumps({"mark": name}) + "\n")
    sys.stdout.flush()
    if not sys.stdin.readline():
        sys.exit("whoever ran this game is gone")


def main() -> None:
    """Play as ordered on stdin and leave the answer in a file."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    listed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    orders = Orders(**listed)
    answer = Game(orders, _mark, _tell).play()
    Path(orders.result).write_text(json.dumps(asdict(answer), default=list), encoding="utf-8")


if __name__ == "__main__":
    main()
