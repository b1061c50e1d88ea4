"""The last resort of the mix."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barwise.playing.soft_clip import KNEE, soft_clip

SAMPLES = st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=20)


def test_sound_below_the_knee_keeps_every_bit() -> None:
    block = np.array([[0.0, KNEE - 0.01], [-0.5, 1e-9]], np.float32)
    assert soft_clip(block) is block


@given(SAMPLES)
def test_nothing_exceeds_full_scale_and_louder_stays_louder(samples: list[float]) -> None:
    clipped = soft_clip(np.array(sorted(samples), np.float32))
    assert np.abs(clipped).max() <= 1.0
    assert (np.diff(clipped) >= 0).all()
