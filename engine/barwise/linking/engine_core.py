"""The engine's own core, for whoever hosts one: it is loaded where it is made, and nowhere else.

What Python has to read for it takes a while, in which libraries open the network and find FluidSynth: so it is
imported late.
"""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from barwise.errors import BarwiseError, InputError
from barwise.linking.playable import Maker, Parts, Playable
from barwise.models import COMPOSER
from barwise.parts import Parts as CheckedParts

if TYPE_CHECKING:
    from barwise.building import Loaded

PREPARE_SECONDS = 0.1
"""So long instruments are loaded beforehand: those of a small font all are, and the first sound waits for no more."""


def make_core(parts: Parts, saved: bytes | None) -> Playable:
    """A core of parts by name; raises InputError for a file, or for saved music, that is wrong."""
    from barwise.core import Core

    return Core(CheckedParts(**parts), saved)


def loaded(parts: Parts) -> Maker:
    """`make_core` with what these parts name in memory, for one core; where that is wrong, it is found again there."""
    try:
        checked = CheckedParts(**parts)
    except InputError:
        return make_core
    from barwise.composing.network_file import begin_to_open
    from barwise.playing.fluid_library import load_library

    begin_to_open(COMPOSER if checked.model is None else Path(checked.model))  # `load` asks for it, whatever else fails
    with ThreadPoolExecutor(1) as beside:
        beside.submit(load_library)  # where that fails, `load` finds it again, and tells
        from barwise.building import load
        from barwise.core import Core
        from barwise.directing.phrases import learned_harmony

    try:
        ready = [load(checked)]
    except InputError:
        return make_core
    _prepare(ready[0])
    learned_harmony()  # for the first bar; what is here by now is in each copy

    def make(asked: Parts, saved: bytes | None) -> Playable:
        if ready and dict(asked) == dict(parts):
            return Core(CheckedParts(**asked), saved, ready.pop())
        return make_core(asked, saved)

    return make


def _prepare(loaded: "Loaded") -> None:
    from barwise.building import instruments_of

    deadline = time.monotonic() + PREPARE_SECONDS
    synth = loaded.synth
    if synth is None:
        return
    for programs, kits in instruments_of(loaded.score):
        if time.monotonic() < deadline:
            with contextlib.suppress(BarwiseError):  # found again, and told, by whoever plays
                synth.prepare(programs, kits, breath_seconds=0.0)
