"""A request to a file: so many bars or seconds of music, offline. Knows no words of a command line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from barwise.building import build
from barwise.composing.onnx_composer import model_path
from barwise.composing.provenance import TrainingIndex
from barwise.controls import DirectControls, known
from barwise.errors import DeviceError, InputError
from barwise.mood_curve import CurvePoint
from barwise.music.mood import Mood
from barwise.music.theme import Theme
from barwise.offline import AUDIO_ENDINGS, MIDI_ENDING
from barwise.parts import Parts
from barwise.performing.plans import Cue
from barwise.performing.session import Session
from barwise.performing.sounding import STEMS
from barwise.playing.atomic_file import check_folder
from barwise.playing.file_output import FileOutput
from barwise.playing.mastering import Voices, mixed
from barwise.playing.midi_file import write_midi
from barwise.playing.stem_files import StemFiles
from barwise.playing.transport import DEFAULT_SAMPLE_RATE
from barwise.provenance_log import ProvenanceLog, provenance_of
from barwise.score.theme_midi import ENDINGS as MIDI_ENDINGS
from barwise.score.theme_midi import read_midi_theme

DEFAULT_BARS = 32

RING_SECONDS = 3.0
"""What is left to ring at the end of a sound file."""

STEM_NAMES = [stem.name.lower() if stem else "stingers" for stem in STEMS]
"""The files of a folder of stems."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class ThemeAt:
    """A theme and where it is to be stated."""

    theme: str
    """The name of one of the score's, or a MIDI file."""
    bar: int
    """Number of its first bar, from 0."""


@dataclass(frozen=True)
class RenderRequest:
    """What to render; see `barwise render --help`."""

    seed: int = 0
    bars: int | None = None
    seconds: float | None = None
    """Neither bars nor seconds: 32 bars."""
    state: str | None = None
    mood: Mood | str | None = None
    """Values, or a name of the score."""
    intensity: float | None = None
    curve: tuple[CurvePoint, ...] = ()
    tempo: float | None = None
    """Quarter notes a minute."""
    themes: tuple[ThemeAt, ...] = ()
    soundfont: Path | None = None
    score: Path | None = None
    style: str | None = None
    model: Path | None = None
    stems: Path | None = None
    """A folder for the sound of each part, and for the MIDI file, beside the mix."""
    is_traced: bool = False
    """Whether the report is to tell how much of each bar stands in the training music."""


@dataclass(frozen=True)
class RenderReport:
    """What was rendered."""

    out: Path
    bars: int
    seconds: float
    composer: str
    """Who wrote most of the bars: 'network' or 'rules'."""
    provenance: ProvenanceLog | None = None
    """Where the notes of each bar stood before, when that was asked for."""

    def summary(self) -> str:
        """One line for a person."""
        return f"{self.out}: {self.bars} bars, {self.seconds:.1f} s, composed by the {self.composer}"


def render_file(request: RenderRequest, out: Path, progress: Progress = lambda _share: None) -> RenderReport:
    """Render into a .mid, .wav or .flac file, whole or not at all; `progress` gets shares from 0 to 1.

    Raises InputError for a wrong name, value or file, DeviceError when sound is asked for and cannot be made.
    """
    check_folder(out)
    if request.stems is not None:
        check_folder(request.stems)
    has_sound = out.suffix.lower() in AUDIO_ENDINGS
    if not has_sound and out.suffix.lower() != MIDI_ENDING:
        raise InputError(f"cannot write {out}: allowed endings: {', '.join((MIDI_ENDING, *AUDIO_ENDINGS))}")
    if request.stems is not None and not has_sound:
        raise InputError(f"cannot make stems of {out}: a MIDI file has no sound; allowed: {', '.join(AUDIO_ENDINGS)}")
    if request.stems and out.stem in STEM_NAMES and out.parent.resolve() == request.stems.resolve():
        raise InputError(f"cannot write the mix to {out}: a stem has that name; give another name or folder")
    index = TrainingIndex.load() if request.is_traced else None
    session = _session(request, has_sound)
    steps = _bars(session, request, progress)
    if has_sound:
        _write_sound(session, steps, out, request.stems)
        if request.stems:
            write_midi(session.performance(), request.stems / f"{out.stem}{MIDI_ENDING}")
    else:
        for frames in steps:
            session.advance(frames)
        write_midi(session.performance(), out)
    return _report(session, out, index, request)


def _session(request: RenderRequest, has_sound: bool) -> Session:
    """The session of a request, with its first wishes queued."""
    cues = tuple(Cue(point.bar_index, point.mood, point.intensity) for point in request.curve)
    built = build(
        Parts(
            score=request.score,
            style=request.style,
            model=request.model,
            soundfont=request.soundfont,
            seed=request.seed,
            cues=cues,
            has_sound=has_sound,
            is_recording=True,
            is_split=request.stems is not None,
        )
    )
    if has_sound and built.synth is None:
        raise DeviceError(built.notes[-1])
    controls = DirectControls(built.score, built.session.call)
    if request.state is not None:
        controls.enter(known(request.state, built.score.states, "state"))
    if request.mood is not None:
        controls.set_mood(request.mood)
    if request.intensity is not None:
        controls.set_intensity(request.intensity)
    if request.tempo is not None:
        controls.set_tempo(request.tempo)
    for call in request.themes:
        controls.theme(_theme(call.theme), at=call.bar)
    built.session.advance(0)  # the wishes hold from the first bar on
    return built.session


def _theme(name: str) -> str | Theme:
    """A name of the score, or the theme in a MIDI file."""
    return read_midi_theme(Path(name)) if Path(name).suffix.lower() in MIDI_ENDINGS else name


def _bars(session: Session, request: RenderRequest, progress: Progress) -> Iterator[int]:
    """Frames to render next, a bar at a time; the last may be cut short."""
    end = None if request.seconds is None else round(request.seconds * DEFAULT_SAMPLE_RATE)
    bars = (request.bars or DEFAULT_BARS) if end is None else 0
    done = 0
    while done < bars if end is None else session.sample < end:
        frames = session.frames_left_in_bar()
        yield frames if end is None else min(frames, end - session.sample)
        done += 1
        progress(done / bars if end is None else session.sample / end)


def _write_sound(session: Session, steps: Iterator[int], out: Path, folder: Path | None) -> None:
    """The mix and, into a folder, its stems."""
    mix, stems = FileOutput(out), StemFiles(folder, STEM_NAMES, out.suffix.lower()) if folder else None
    try:
        mix.open(DEFAULT_SAMPLE_RATE)
        if stems:
            stems.open(DEFAULT_SAMPLE_RATE)
        for voices in _voices(session, steps):
            mix.write(mixed(voices))
            if stems:
                stems.write(voices)
        if stems:
            stems.close()
        mix.close()
    finally:
        mix.discard()
        if stems:
            stems.discard()


def _voices(session: Session, steps: Iterator[int]) -> Iterator[Voices]:
    """All sound from the first bar to the last that rings."""
    yield from map(session.render_voices, steps)
    yield session.let_voices_ring(round(RING_SECONDS * DEFAULT_SAMPLE_RATE))


def _report(session: Session, out: Path, index: TrainingIndex | None, request: RenderRequest) -> RenderReport:
    performance = session.performance()
    composers = [played.composer for played in performance.bars]
    seconds = session.sample / DEFAULT_SAMPLE_RATE
    log = None if index is None else provenance_of(performance, request.seed, request.model or model_path(), index)
    return RenderReport(out, len(composers), seconds, max(set(composers), key=composers.count), log)
