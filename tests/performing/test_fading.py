"""Instruments that fade: every step is another value, and the last is silence."""

from itertools import pairwise

from barwise.arranging.channels import EXPRESSION
from barwise.composing.rule_composer import RuleComposer
from barwise.performing.fading import Fades
from barwise.performing.session import Session
from barwise.score.load import load_score

RATE = 22050


def test_a_slow_fade_sends_each_value_once_and_ends_in_silence() -> None:
    session, fades = Session(load_score(None), None, RuleComposer(), sample_rate=RATE), Fades()
    session.advance(1)
    playing = session.playing_at(0)
    assert playing
    fades.fade(playing, 1.0, 0, 4 * RATE, RATE)  # 333 steps of at most 127 values
    sent: dict[int, list[int]] = {}
    for event in fades.take(4 * RATE):
        if event.number == EXPRESSION:
            sent.setdefault(event.channel, []).append(event.value)
    assert sent
    for values in sent.values():
        assert all(earlier > later for earlier, later in pairwise(values))
        assert values[-1] == 0
