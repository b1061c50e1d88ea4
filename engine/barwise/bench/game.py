"""A game for the music to live in: frames of plain Python, held locks, and calls. A script of its own.

It is run by its path and not as a module, because importing a module of Barwise imports Barwise,
and a game has memory of its own before that. So it uses the standard library, pygame where there is
one, and `import barwise` as any game does. It knows nothing of what is measured from its answers.

It is given its orders as one JSON object on stdin. It says with a JSON line on stdout how many seconds
it has played, and at each mark where it stands, and waits there for a line on stdin: whoever runs it can
look at the process while it stands still.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import math
import os
import random
import sys
import time
from array import array
from collections.abc import Callable, Iterator, MutableSequence
from dataclasses import asdict, dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

FRAMES_A_SECOND = 60
WORK_SECONDS = 0.012
"""Plain Python in every frame."""
HOLD_SECONDS = 0.1
HOLDS_A_SECOND = 2
"""How often the interpreter's lock is held: decoding an image, sorting a large list, a careless extension."""
LONGEST_START_SECONDS = 30
"""The game waits so long for the first bar, on a machine that is very busy."""

TRIAL_TURNS = 20_000
TRIAL_SECONDS = 0.4
SETTLING_SECONDS, MUSIC_SETTLING_SECONDS = 1.0, 4.0
"""Left out of the figures at the beginning of each stretch: what starts has its own figures."""

TOLD_EVERY_SECONDS = 1.0

SCHEDULER = Path("/proc/thread-self/schedstat")
"""Nanoseconds that the thread that opens it has run, and waited for a processor."""

EVENT_FIELDS = ("kind", "seconds", "bar", "beat", "name", "heard_at", "told_at")
"""What is noted of each event; those in EVENT_WORDS by the number of the word."""

EVENT_WORDS = ("kind", "name")

JOURNAL = "journal"
"""The name under which the journal is kept."""

Holder = Callable[[float], None]


@dataclass(frozen=True)
class Orders:
    """What the game is to do."""

    result: str
    """File for its answer."""
    recording: str = ""
    """File for the sound; empty for a game without music."""
    journal: str = ""
    """File for what took effect and when."""
    host: str = "auto"
    seed: int = 0
    stretches: tuple[tuple[bool, float], ...] = ()
    """Whether there is music, and for how many seconds; one of them, at most, with music."""
    probes_a_second: float = 1.0
    """Calls of set_intensity."""
    turns_a_second: float = 0.3
    """Calls that change what is composed: moods, states, stingers."""
    asks_a_second: float = 0.0
    """How often it asks for the notes to come, between frames."""
    states: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    stingers: tuple[str, ...] = ()


@dataclass
class Stretch:
    """What was taken of frames with music, or without."""

    has_music: bool
    # Bytes in a row: what the game notes is to be no part of the memory that music takes.
    work_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """Of each frame: its plain Python with the calls to the music, without what holds the lock."""
    waited_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """How much of each the game was ready to run and other programs had the processors; empty where none tells."""
    taken_ms: MutableSequence[float] = field(default_factory=lambda: array("d"))
    """Processor time in each that was not the game's: of its calls to the music, and of the process's other threads."""
    frames: int = 0
    seconds: float = 0.0
    others_seconds: float = 0.0
    """Processor time of the process's other threads."""
    calls_seconds: float = 0.0
    """Processor time of the game's own calls to the music."""


@dataclass(frozen=True)
class Announced:
    """A note that the game was told of before it sounded."""

    told_at: float
    heard_at: float
    """When it was said to be heard."""
    part: str
    """Its name, such as MELODY."""
    pitch: int


@dataclass
class Answer:
    """Everything that the game noted; times are time.monotonic() of this machine."""

    turns: int = 0
    """Turns of the loop that take WORK_SECONDS here."""
    has_pygame: bool = False
    import_seconds: float = 0.0
    made_at: float = 0.0
    """Just before the player was made."""
    start_seconds: float = 0.0
    """How long making and starting it kept the game."""
    stretches: list[Stretch] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    """Each call that was made: verb, at (seconds), and whether a held lock followed at once."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """Each event that was told: its fields, and told_at."""
    announced: list[Announced] = field(default_factory=list)
    saved_bytes: list[int] = field(default_factory=list)


class EventNotes:
    """What the game notes of events, as numbers in a row: as many dicts would take several times the memory."""

    def __init__(self) -> None:
        self._numbers = array("d")
        self._words: dict[str, int] = {}

    def add(self, event: Any, told_at: float) -> None:
        """Note an event that was told at a moment."""
        for name in EVENT_FIELDS[:-1]:
            value = getattr(event, name)
            if name in EVENT_WORDS:
                value = self._words.setdefault(str(value), len(self._words))
            self._numbers.append(math.nan if value is None else value)
        self._numbers.append(told_at)

    def has(self, kind: str) -> bool:
        """Whether there was an event of a kind."""
        return kind in self._words

    def as_dicts(self) -> list[dict[str, Any]]:
        """Each event, in order: its fields, and told_at."""
        words, step = list(self._words), len(EVENT_FIELDS)
        rows = (self._numbers[start : start + step] for start in range(0, len(self._numbers), step))
        return [dict(zip(EVENT_FIELDS, self._values(row, words), strict=True)) for row in rows]

    def _values(self, row: "array[float]", words: list[str]) -> Iterator[Any]:
        for name, number in zip(EVENT_FIELDS, row, strict=True):
            if name in EVENT_WORDS:
                yield words[int(number)]
            elif math.isnan(number):
                yield None
            else:
                yield int(number) if name in ("bar", "beat") else number


class Waits:
    """Time in which this thread was ready to run and had no processor, as Linux counts it."""

    def __init__(self) -> None:
        try:
            self._file: FileIO | None = SCHEDULER.open("rb", buffering=0)
        except OSError:
            self._file = None
        self.is_known = self._file is not None

    def milliseconds(self) -> float:
        """Since the thread began; 0 where the system does not tell."""
        if self._file is None:
            return 0.0
        self._file.seek(0)
        return int(self._file.read(100).split()[1]) / 1e6


def spin(turns: int) -> int:
    """Plain Python that takes as long as there are turns."""
    total = 0
    for number in range(turns):
        total += number & 7
    return total


def turns_for(seconds: float, trial_seconds: float = TRIAL_SECONDS) -> int:
    """Turns of `spin` that take so many seconds on a quiet processor: the fastest of many trials tells."""
    fastest, end = float("inf"), time.perf_counter() + trial_seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        spin(TRIAL_TURNS)
        fastest = min(fastest, time.perf_counter() - began)
    return max(round(TRIAL_TURNS * seconds / fastest), 1)


def lock_holder() -> Holder:
    """What keeps the interpreter's lock for some seconds: a sleep in C that does not let go of it."""
    try:
        if sys.platform == "win32":
            pause = ctypes.PyDLL("kernel32").Sleep
            return lambda seconds: pause(round(seconds * 1000)) and None
        sleep = ctypes.PyDLL(None).usleep
    except (OSError, AttributeError):
        return _count_in_c
    return lambda seconds: sleep(round(seconds * 1e6)) and None


def _count_in_c(seconds: float) -> None:
    """One call in C at a time, each of which keeps the lock."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(range(100_000))


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
        self.announced += [(now, now + note.seconds, note.part.name, note.pitch) for note in notes if note.is_settled]

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
