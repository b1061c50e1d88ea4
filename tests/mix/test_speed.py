"""How much faster than real time the arranged engine renders on one core. Slow, and of no use on a busy machine.

`pytest -s -m slow tests/mix/test_speed.py` prints it for each state, with the seconds that composing and arranging,
FluidSynth and the master take of a minute of music: time of the processor, loading left out.
"""

import sys
import time
from collections.abc import Callable

import pytest

from barwise.building import build
from barwise.controls import DirectControls
from barwise.parts import Parts
from barwise.playing.mastering import Master
from barwise.playing.synth import Synth
from barwise.score.load import load_score
from tests.mix.measures import RATE

pytestmark = pytest.mark.slow

SECONDS = 30
BLOCK = 4096
WANTED = 20.0


@pytest.mark.parametrize("state", load_score(None).states)
def test_full_intensity_renders_twenty_times_as_fast_as_it_plays(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = {Synth.render: 0.0, Master.process: 0.0}

    def watch(owner: type, name: str) -> None:
        call: Callable[..., object] = getattr(owner, name)

        def watched(*arguments: object) -> object:
            began = time.process_time()
            done = call(*arguments)
            spent[call] += time.process_time() - began
            return done

        monkeypatch.setattr(owner, name, watched)

    watch(Synth, "render")
    watch(Master, "process")
    built = build(Parts(seed=1))
    controls = DirectControls(built.score, built.session.call)
    controls.enter(state)
    controls.set_intensity(1.0)
    built.session.render(BLOCK)
    spent = dict.fromkeys(spent, 0.0)
    began = time.process_time()
    while built.session.sample < SECONDS * RATE:
        built.session.render(BLOCK)
    took = time.process_time() - began
    if built.synth:
        built.synth.close()
    synth, master = (60 / SECONDS * seconds for seconds in spent.values())
    rest = 60 / SECONDS * took - synth - master
    sys.stdout.write(
        f"{state}: {SECONDS / took:.0f} times real time; a minute takes {rest:.2f} s to compose and arrange, "
        f"{synth:.2f} s in FluidSynth, {master:.2f} s in the master\n"
    )
    assert SECONDS / took >= WANTED
