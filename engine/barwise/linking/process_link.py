"""The verbs of music in a process of its own: what a game asks of it, and where it stands.

Whatever happens to that process, no verb waits for it or raises: kept_process.py sees to it that there is one.
"""

import atexit
import time

from barwise.commands import Command
from barwise.linking.calls import TOO_MANY, Said
from barwise.linking.course import Course
from barwise.linking.kept_process import KeptProcess
from barwise.linking.messages import Beat, Origin


class ProcessLink(KeptProcess):
    """A Link to a process."""

    @property
    def host(self) -> str:
        """Where the music is made."""
        return self._other.host if self._other else "process"

    @property
    def is_running(self) -> bool:
        """Whether the music was started and not stopped."""
        return self._is_running and self._is_mine

    @property
    def is_aloud(self) -> bool:
        """Whether a device takes it."""
        self.poll()
        return self.is_running and (self._other.is_aloud if self._other else self._beat.is_aloud)

    @property
    def underruns(self) -> int:
        """How often the device ran out of sound."""
        return self._past_underruns + (self._other.underruns if self._other else self._beat.underruns)

    @property
    def process_id(self) -> int | None:
        """The number of the music's process; None while there is none."""
        self.poll()
        process = self._process
        return process.pid if process else None

    def start(self) -> None:
        """Begin, or go on where `stop` has ended; harmless while running."""
        if not self._is_mine:
            return
        with self._lock:
            if self._is_running:
                return
            self._is_running = True
            self._course.wait_until(time.monotonic())
        atexit.register(self.stop)
        if self._other:
            self._other.start()
            return
        self._watch.begin(self._descriptor, self._see_to)
        self._spawn()

    def stop(self) -> None:
        """End the music at once; harmless when it is not running."""
        if not self._is_mine:
            return
        self._hear_all()
        with self._lock:
            if not self._is_running:
                self._source.close()
                return
            self._course.stand(self._stopped(time.monotonic()))
            self._is_running = False
            process = self._let_go()
        self._watch.end()
        atexit.unregister(self.stop)
        if process:
            process.end()
        self._source.close()
        if self._other:
            self._other.stop()

    def send(self, command: Command) -> None:
        """Say something; before `start` it is kept until then."""
        if not self._is_mine:
            return
        if self._other:
            self._other.send(command)
            return
        self._ear.said()
        with self._lock:
            is_kept = self._course.calls.add(Said(time.monotonic(), command))
            self._pump()
        if not is_kept:
            self._tell_once(TOO_MANY)

    def poll(self) -> None:
        """Hear what the process has told, as much as a frame of the game can bear, and do what a full pipe left undone.

        While a game does this with every frame, no thread of the link runs.
        """
        process = self._process
        if process is None or not self._is_mine:
            return
        now = time.monotonic()
        if not self._ear.asks(now):
            return
        self._watch.asked(now)
        self._ear.hear_in_frame(process, now, self._heed)
        self._see_end(process)
        # There is as good as never anything left: without the lock it costs a third.
        if process.has_rest or self._course.calls.are_waiting:
            with self._lock:
                self._pump()
        self._look(now)

    def hear_at_once(self) -> None:
        """From now on have a thread hear what is told as soon as it is."""
        self._watch.hear_at_once()

    def origin(self, at: float) -> Origin:
        """What another link needs to go on from what is heard at a moment of time.monotonic."""
        if self._other:
            return self._other.origin(at)
        if not self._is_mine:
            return Origin()
        self._hear_all()
        with self._lock:
            return self._course.saved_at(self._stopped(at) if self._is_running else self._course.position)

    def restore(self, origin: Origin) -> None:
        """Go on from elsewhere, now or at `start`."""
        if not self._is_mine:
            return
        if self._other:
            self._other.restore(origin)
            return
        with self._lock:
            process = self._let_go()
            self._course = Course(origin, self._course)
            self._beat = Beat()
        self._listener.rewind(-1.0)
        if process:
            process.end(0.0)
        self._spawn()
