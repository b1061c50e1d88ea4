"""Instruments are loaded a palette at a time; a font that can no longer be read is one fault, and ends it."""

from typing import cast

from barwise.errors import DeviceError
from barwise.playing.synth import Synth
from barwise.preparing import Preparing

WANTED = [([0, 48], [0]), ([56], [])]


class Loading:
    """Stands for a synthesizer: it keeps what it was told to load, up to a program that its font has not."""

    def __init__(self, missing: int = -1) -> None:
        self.loaded: list[int] = []
        self._missing = missing

    def prepare(self, programs: list[int], kits: list[int]) -> None:
        if self._missing in programs:
            raise DeviceError("the font is gone")
        self.loaded += programs


def test_palettes_are_loaded_in_their_order_one_at_a_time() -> None:
    synth = Loading()
    preparing = Preparing(cast(Synth, synth), WANTED)
    assert preparing.go_on() is None
    assert (synth.loaded, preparing.is_done) == ([0, 48], False)
    assert preparing.go_on() is None
    assert (synth.loaded, preparing.is_done) == ([0, 48, 56], True)


def test_what_cannot_be_loaded_is_one_fault_and_the_end() -> None:
    preparing = Preparing(cast(Synth, Loading(missing=0)), WANTED)
    fault = preparing.go_on()
    assert fault is not None
    assert "the font is gone" in fault.text
    assert preparing.is_done


def test_without_a_synthesizer_there_is_nothing_to_load() -> None:
    assert Preparing(None, WANTED).is_done
