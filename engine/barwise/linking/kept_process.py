"""A process that makes music, kept alive from the game's side: started, heard, watched, replaced, given up.

Whatever happens to it, the music comes back where it would be by then. It knows when a process is to be replaced;
how one is started is said in music_process.py, and what a game asks of it in process_link.py.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from barwise.linking.ear import Ear
from barwise.linking.game_side import GameSide
from barwise.linking.link import Link, Listener, Plan
from barwise.linking.messages import Beat, Begin, Call, FromChild, Position
from barwise.linking.music_process import MusicProcess
from barwise.linking.patience import MOST_DEATHS, Patience
from barwise.linking.sources import Source
from barwise.linking.watch import WATCH_SECONDS, Watch

QUEUE_SECONDS = 0.056
"""What is said is heard this much later, half a block less or more; whatever holds the process up for half a block
less is a gap: 39 ms here. An hour's game with 31 ms had 3 gaps of at most 3.3 ms in the 25 minutes in which nothing
else ran, and 12 in the 35 beside tests; with 25 ms it had been 4 of at most 4 ms, and 33."""

BLOCK_FRAMES = 1536
"""A playing thread took 5.5, 3.7, 2.4 and 1.5 % of a core with blocks of 128, 256, 512 and 1024, and two thirds of
that with 2048, which leave 6 ms less before there is a gap."""


class KeptProcess(GameSide):
    """One process after another; when they keep dying, the music goes on in a thread of this one."""

    def __init__(self, plan: Plan, source: Source, listener: Listener, fallback: Callable[[], Link]) -> None:
        """Take what to play, where processes for its parts come from, who listens, and what makes another link.

        The source is closed with `stop`; the other link is for when processes do not hold.
        """
        super().__init__(plan, listener)
        self._fallback = fallback
        self._source = source
        self._watch = Watch()
        self._ear = Ear()
        self._process: MusicProcess | None = None
        self._other: Link | None = None
        self._is_running = False
        self._patience = Patience()
        self._beat = Beat()
        self._processes = 0
        self._looked_at = 0.0
        self._failure = ""

    def heard_frame(self, at: float) -> float:
        """The output frame that is heard at a moment of time.monotonic; below 0 before the first."""
        if self._other:
            return self._other.heard_frame(at)
        position = self._position
        if position is None:
            return -1.0
        return position.frame_at(at, self._plan.sample_rate) if self._is_running else position.frame

    @property
    def _position(self) -> Position | None:
        """As it was last told, or as the music began."""
        return self._beat.position or self._course.position

    def _stopped(self, at: float) -> Position | None:
        """Where the music is at a moment, to stay there."""
        position = self._position
        return position and replace(position.moved_to(at, self._plan.sample_rate), is_moving=False)

    def _spawn(self) -> None:
        """Start a process, when one should be there and none is."""
        process = self._started() if self._is_running else None
        if process is None:
            return
        with self._lock:
            is_wanted = self._is_running and self._process is None
            if is_wanted:
                self._process = process
                self._patience.begin()
                self._failure = ""
                process.offer(self._begin())
        self._watch.ring()  # this one is watched from now on
        if not is_wanted:
            process.end(0.0)

    def _started(self) -> MusicProcess | None:
        try:
            return MusicProcess(self._source, self._watch.ring)
        except OSError as error:
            self._give_up(f"no process for the music can be started ({error})")
            return None

    def _begin(self) -> Begin:
        self._processes += 1
        return Begin(
            self._source.wanted.parts,
            self._plan.output_of(self._processes),
            self._plan.sample_rate,
            QUEUE_SECONDS,
            BLOCK_FRAMES,
            self._source.wanted.maker,
            self._course.origin,
            tuple(Call(said.at, said.command) for said in self._course.calls.take_all()),
        )

    def _pump(self) -> None:
        """Give the pipe what waits, as far as it takes it; with the lock held."""
        process = self._process
        if process:
            process.flush()
            self._course.calls.send(lambda said: process.offer(Call(said.at, said.command)))

    def _let_go(self) -> MusicProcess | None:
        """Have no process any more; with the lock held."""
        process, self._process = self._process, None
        self._past_underruns += self._beat.underruns
        self._beat = Beat()
        return process

    def _see_end(self, process: MusicProcess) -> None:
        if process.has_ended:
            self._watch.ring()

    def _hear_all(self) -> None:
        process = self._process
        if process:
            self._ear.hear_all(process, self._heed)
            self._see_end(process)

    def _heed(self, process: MusicProcess, message: FromChild) -> None:
        """What a process has said; with the ear held."""
        if isinstance(message, Beat):
            self._note(process, message)
        elif process is self._process:
            self._failure = message.text
            self._watch.ring()

    def _note(self, process: MusicProcess, beat: Beat) -> None:
        with self._lock:
            if process is not self._process:
                return
            self._patience.hear(plays=beat.position is not None)
            if beat.position:
                self._beat = replace(beat, reports=())
            news = [report for report in beat.reports if self._course.note(report)]
        if news:
            self._listener.add(news)

    def _look(self, now: float) -> None:
        """Count looks at a process that says nothing; whoever hears it looks."""
        if now - self._looked_at >= WATCH_SECONDS:
            self._looked_at = now
            if self._patience.look():
                self._watch.ring()

    def _descriptor(self) -> int | None:
        process = self._process
        return process.descriptor if process else None

    def _see_to(self, is_unheard: bool) -> None:
        """Replace a process that has ended, or says nothing any more, and hear it where the game does not."""
        process = self._process
        if process is None:
            return
        if is_unheard:
            self._ear.hear_all(process, self._heed)
            with self._lock:
                self._pump()
            self._look(time.monotonic())
        if self._failure:
            self._give_up(self._failure)
        elif process.has_ended:
            self._bury(process, "has ended")
        elif self._patience.is_exhausted:
            self._bury(process, "does not answer")

    def _bury(self, process: MusicProcess, what: str) -> None:
        """A process is no more: start another where the music would be, unless that keeps happening."""
        now = time.monotonic()
        with self._lock:
            if process is not self._process or not self._is_running:
                return
            self._course.stand(self._position)
            self._let_go()
        last = process.last_words()
        words = f"; it said: {last[-1]}" if last else ""
        process.end(0.0)
        if process.pid is None:  # it never came to life, and neither would another of this source
            self._source.close()
        if self._patience.bury(now):
            self._give_up(f"the music's process {what} {MOST_DEATHS} times in a row{words}")
            return
        self._tell(f"the music's process {what} and is started again; when this comes often, use host='thread'{words}")
        self._listener.rewind(self.heard_frame(now))
        self._spawn()

    def _give_up(self, why: str) -> None:
        """Go on in this process."""
        self._tell(f"{why}; the music goes on in a thread of the game, use host='thread' to begin so")
        other = self._fallback()
        with self._lock:
            if self._other is not None:
                return
            self._course.stand(self._position)
            process = self._let_go()
            other.restore(self._course.origin)
            for said in self._course.calls.pending:
                other.send(said.command)
            self._other = other
        if process:
            process.end(0.0)
        self._source.close()
        self._watch.end()
        if self._is_running:
            other.start()
