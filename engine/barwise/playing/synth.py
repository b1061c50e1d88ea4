"""FluidSynth behind a few verbs: prepare, send, render, silence, close.

It turns channel events into samples. It knows nothing of time, outputs or where the library
came from: an event takes effect in the samples that are rendered after it.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from barwise.errors import DeviceError, InputError, SoundFontError
from barwise.music.events import DRUM_CHANNEL, ChannelEvent, ChannelEventKind
from barwise.playing.fluid_library import OK, LibraryFacts, load_library
from barwise.playing.outputs import CHANNELS, Block
from barwise.playing.soundfont import check_soundfont
from barwise.playing.transport import DEFAULT_SAMPLE_RATE

MIDI_CHANNELS = 32
"""Twice MIDI's sixteen: new instruments begin while old ones fade."""
LARGEST_DATA_VALUE = 127
LARGEST_BEND = 16383
SUSTAIN_CONTROLLER = 64
MELODIC_BANK = 0
DRUM_BANK = 128

BREATH_SECONDS = 0.01
"""Between the loading of two instruments, for events that have become due meanwhile."""

EVENT_GRID_FRAMES = 64
"""FluidSynth renders in steps of this many frames from its start; an event takes effect at the next step.

Cutting blocks finer than this changes nothing, not even a bit.
"""


@dataclass(frozen=True, slots=True)
class Effects:
    """FluidSynth's reverb and chorus; a level of 0 turns an effect off."""

    reverb_level: float = 0.6
    """0 to 1."""
    reverb_room: float = 0.5
    """Size of the room, 0 to 1."""
    reverb_damping: float = 0.4
    """How soon high sounds die away, 0 to 1."""
    reverb_width: float = 0.8
    """Stereo width, 0 to 100."""
    chorus_level: float = 0.0
    """0 to 10."""


class Synth:
    """A synthesizer with 32 channels and one SoundFont; every method may be called from any thread."""

    def __init__(
        self,
        soundfont: Path,
        sample_rate: int = DEFAULT_SAMPLE_RATE,
        *,
        gain: float = 0.35,
        effects: Effects | None = None,
        load_on_demand: bool = True,
        is_split: bool = False,
    ) -> None:
        """Load a font, its instruments on demand or all at once; raises DeviceError or SoundFontError.

        One that is split is for `render_channels` alone.
        """
        check_soundfont(soundfont)
        self._library = load_library()
        # Two locks, because loading an instrument holds FluidSynth's own for up to 100 ms: `send` then waits
        # here, where Python runs on, and `render` does not wait at all.
        self._event_lock = threading.Lock()
        self._render_lock = threading.Lock()
        self.is_split = is_split
        settings = _settings(sample_rate, gain, load_on_demand) | _effect_settings(effects or Effects())
        if is_split:
            settings |= dict.fromkeys(_GROUPS, MIDI_CHANNELS)
        self._settings = self._library.new_settings(settings)
        self._synth: int | None = self._library.new_synth(self._settings)
        self._file, self._stamp = soundfont, _stamp(soundfont)
        self._font = self._load(soundfont)
        self._pinned: set[tuple[int, int]] = set()
        """Banks and programs that are loaded for good."""

    def prepare(
        self, programs: Iterable[int], drum_kits: Iterable[int] = (), *, breath_seconds: float = BREATH_SECONDS
    ) -> None:
        """Load instruments (0 to 127) now and keep them, so that no program change has to load one (20 to 130 ms).

        After each one events have so long to come through; 0 where nobody plays yet.
        Raises DeviceError where the font's file is no longer what it was.
        """
        presets = [(MELODIC_BANK, program) for program in programs] + [(DRUM_BANK, kit) for kit in drum_kits]
        for bank, program in presets:
            if (bank, program) in self._pinned:
                continue
            with self._event_lock:
                # When the font lacks the instrument there is nothing to load: FluidSynth plays its nearest one.
                self._check_loadable(bank, program)
                self._library.pin_preset(self._open(), self._font, bank, program)
                self._pinned.add((bank, program))
            # A lock that is let go and taken again at once never gets to who waits for it: the playing thread.
            time.sleep(breath_seconds)

    def send(self, event: ChannelEvent) -> bool:
        """Do what an event says now, whatever its tick; whether FluidSynth took it.

        A note-off whose note has ended, or a note that the font has no sound for, is not taken.
        Raises InputError when the event is out of MIDI's ranges, DeviceError for an instrument that is not loaded
        and no longer can be.
        """
        kind, channel, number, value = event.kind, event.channel, event.number, event.value
        name, has_value, largest = _MESSAGES[kind]
        if not (0 <= channel < MIDI_CHANNELS and 0 <= number <= largest and 0 <= value <= LARGEST_DATA_VALUE):
            _refuse(event, largest)
        call = self._library.events[name]
        with self._event_lock:
            if kind is _PROGRAM:
                self._check_loadable(DRUM_BANK if channel == DRUM_CHANNEL else MELODIC_BANK, number)
            synth = self._open()
            done: int = call(synth, channel, number, value) if has_value else call(synth, channel, number)
        return done == OK

    def render(self, frames: int) -> Block:
        """The next frames of sound; they exceed full scale when the music is too dense for the gain."""
        block = np.empty((frames, CHANNELS), np.float32)
        with self._render_lock:
            # `block.ctypes` would make an object first, a hundred times a bar.
            if not self._library.write_float(self._open(), frames, block.__array_interface__["data"][0]):
                raise DeviceError(f"FluidSynth {self._library.version} cannot render {frames} frames")
        return block

    def render_channels(self, frames: int) -> NDArray[np.float32]:
        """As `render`, each channel with its own reverb by itself: [channels, frames, 2], which add up to the same."""
        channels = np.zeros((MIDI_CHANNELS, CHANNELS, frames), np.float32)
        with self._render_lock:
            if not self._library.add_groups(self._open(), MIDI_CHANNELS, frames, channels.ctypes.data):
                raise DeviceError(f"FluidSynth {self._library.version} cannot render {frames} frames by channels")
        return channels.transpose(0, 2, 1)

    def silence(self) -> None:
        """Release every note and pedal; the sound dies away with the tails of notes and reverb."""
        for channel in range(MIDI_CHANNELS):
            with self._event_lock:
                self._library.events["fluid_synth_cc"](self._open(), channel, SUSTAIN_CONTROLLER, 0)
                self._library.events["fluid_synth_all_notes_off"](self._open(), channel)

    def close(self) -> None:
        """Free the font and the synthesizer; doing it twice is harmless."""
        with self._event_lock, self._render_lock:
            if self._synth is not None:
                self._library.delete(self._synth, self._settings)
                self._synth = None

    def _load(self, soundfont: Path) -> int:
        font = self._library.load_font(self._open(), soundfont)
        if font is None:
            self.close()
            raise SoundFontError(f"SoundFont {soundfont} is refused by FluidSynth {self._library.version}")
        return font

    def _check_loadable(self, bank: int, program: int) -> None:
        """Raise DeviceError where an instrument would have to be read from a file that is not the one it was.

        FluidSynth reads instruments on demand, and one that it then fails to read crashes it when it renders.
        """
        if (bank, program) not in self._pinned and _stamp(self._file) != self._stamp:
            raise DeviceError(f"SoundFont {self._file} is gone or has changed while it plays; put it back")

    def _open(self) -> int:
        if self._synth is None:
            raise DeviceError("this synthesizer is closed; make a new one")
        return self._synth


def describe_library() -> LibraryFacts:
    """Facts about the FluidSynth on this machine; raises DeviceError with the cure when there is none."""
    return load_library().facts()


def _settings(sample_rate: int, gain: float, load_on_demand: bool) -> dict[str, int | float]:
    return {
        "synth.gain": float(gain),
        "synth.sample-rate": float(sample_rate),
        "synth.midi-channels": MIDI_CHANNELS,
        "synth.dynamic-sample-loading": int(load_on_demand),
    }


_GROUPS = ("synth.audio-channels", "synth.audio-groups", "synth.effects-groups")
"""How many groups of channels are rendered apart."""


def _effect_settings(effects: Effects) -> dict[str, int | float]:
    return {
        "synth.reverb.active": int(effects.reverb_level > 0),
        "synth.reverb.level": float(effects.reverb_level),
        "synth.reverb.room-size": float(effects.reverb_room),
        "synth.reverb.damp": float(effects.reverb_damping),
        "synth.reverb.width": float(effects.reverb_width),
        "synth.chorus.active": int(effects.chorus_level > 0),
        "synth.chorus.level": float(effects.chorus_level),
    }


def _stamp(file: Path) -> tuple[int, int] | None:
    """What tells whether a file is still the same; None where there is none."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


_PROGRAM = ChannelEventKind.PROGRAM

_MESSAGES = {
    ChannelEventKind.NOTE_ON: ("fluid_synth_noteon", True, LARGEST_DATA_VALUE),
    ChannelEventKind.NOTE_OFF: ("fluid_synth_noteoff", False, LARGEST_DATA_VALUE),
    ChannelEventKind.CONTROL: ("fluid_synth_cc", True, LARGEST_DATA_VALUE),
    _PROGRAM: ("fluid_synth_program_change", False, LARGEST_DATA_VALUE),
    ChannelEventKind.BEND: ("fluid_synth_pitch_bend", False, LARGEST_BEND),
}
"""The call for each kind of event, whether it takes the value after channel and number, and the largest number."""


def _refuse(event: ChannelEvent, largest_number: int) -> NoReturn:
    """Raise InputError with what is out of range."""
    largest = {"channel": MIDI_CHANNELS - 1, "number": largest_number, "value": LARGEST_DATA_VALUE}
    values = {"channel": event.channel, "number": event.number, "value": event.value}
    name = next(name for name, value in values.items() if not 0 <= value <= largest[name])
    raise InputError(f"{event.kind} event: {name} {values[name]} is out of range; allowed: 0 to {largest[name]}")
