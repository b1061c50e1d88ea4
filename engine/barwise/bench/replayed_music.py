"""The music of a game again, from the same seed: a session whose synthesizer can leave one note out."""

from functools import cache

from barwise.bench.remembering import RememberingComposer
from barwise.bench.replays import SentNote
from barwise.building import GAIN
from barwise.commands import Journaled
from barwise.composing.bassist import Bassist
from barwise.composing.drummer import Drummer
from barwise.composing.onnx_composer import OnnxComposer
from barwise.composing.rule_composer import RuleComposer
from barwise.music.events import ChannelEvent, ChannelEventKind
from barwise.parts import SEEK
from barwise.performing.session import Session
from barwise.playing.outputs import Block
from barwise.playing.soundfont import find_soundfont
from barwise.playing.synth import Synth
from barwise.score.load import load_score


class OmittingSynth(Synth):
    """The player's synthesizer, but for one note; it keeps what notes it was sent and when."""

    def __init__(self, omitted: int | None = None) -> None:
        """Leave out the note of a number, counted from 0; None: none."""
        super().__init__(find_soundfont(None), gain=GAIN)
        self.notes: list[SentNote] = []
        self._omitted, self._frame = omitted, 0

    def send(self, event: ChannelEvent) -> bool:
        """As any synthesizer, but for the one note."""
        if event.kind is ChannelEventKind.NOTE_ON:
            self.notes.append(SentNote(self._frame, event))
            if len(self.notes) - 1 == self._omitted:
                return True
        return super().send(event)

    def render(self, frames: int) -> Block:
        """The next frames of sound."""
        self._frame += frames
        return super().render(frames)


class ReplayedMusic:
    """As the player makes it for a game with a seed, except that it waits for every bar."""

    def __init__(self, seed: int, omitted: int | None = None) -> None:
        """Begin; the note of that number is left out."""
        self._synth = OmittingSynth(omitted)
        self._session = Session(load_score(None), _composer(), RuleComposer(), seed=seed, seek=SEEK, synth=self._synth)

    @property
    def notes(self) -> list[SentNote]:
        """What was sent so far."""
        return self._synth.notes

    def call(self, command: Journaled) -> None:
        """Have a command take effect at the present sample."""
        self._session.call(command)

    def work(self) -> bool:
        """Compose a bar ahead."""
        return self._session.compose()

    def render(self, frames: int) -> Block:
        """The next frames of sound."""
        return self._session.render(frames)

    def close(self) -> None:
        """Free the synthesizer."""
        self._synth.close()


@cache
def _composer() -> RememberingComposer:
    """One for all: replays of a game differ only from the cause on that is left out."""
    return RememberingComposer(Drummer(Bassist(OnnxComposer())))
