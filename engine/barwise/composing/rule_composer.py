"""Bars by rule, for when the network is late or missing: functional harmony, motifs and accompaniment patterns.

Needs numpy and about a millisecond a bar. What holds for a phrase (progression, motifs, patterns) is
drawn from one seed kept in the state, so that a phrase hangs together although bars are written one by one.
The rules are in rules/, a file for each subject; here they are put together.
"""

from collections.abc import Sequence

import numpy as np

from barwise.composing.composer import ComposedBar, State
from barwise.composing.rules.bass import write_bass
from barwise.composing.rules.chords import voicings_of, write_chords
from barwise.composing.rules.counter import write_counter
from barwise.composing.rules.drums import write_drums
from barwise.composing.rules.finishing import finished
from barwise.composing.rules.harmony import planned_harmony
from barwise.composing.rules.melody import write_melody
from barwise.composing.rules.memory import Memory
from barwise.composing.rules.page import Page
from barwise.composing.rules.reference import cut_position, joined_harmony, joined_notes, kept_reference, kept_rhythm
from barwise.composing.rules.texture import accompaniment
from barwise.composing.theming import accompanying, with_theme, within_bar
from barwise.composing.vocabulary import Rows
from barwise.music.attributes import measure
from barwise.music.intent import BarIntent
from barwise.music.notes import Bar, Note, Part

NAME = "rules"


class RuleComposer:
    """Writes bars by rule; as a Composer it keeps nothing between calls."""

    def initial_state(self) -> State:
        """The memory of a piece that has not begun: eight zeros."""
        return Memory().state()

    def compose(
        self,
        intent: BarIntent,
        state: State,
        reference: Bar | None,
        random: np.random.Generator,
        forced: Rows | None = None,
    ) -> ComposedBar:
        """The next bar; of a reference it keeps the first part, as long as the wanted similarity says."""
        condition = accompanying(intent).condition
        fresh = int(random.integers(1, 1 << 23))
        memory = Memory.of(state).turned(condition, fresh)
        # A theme has chords of its own, on which nothing that was written for others fits.
        kept = None if intent.theme else kept_reference(reference, condition)
        cut = cut_position(condition, memory, kept)
        if intent.fill:  # what is answered gives way to it
            cut = min(cut, max(condition.metre.bar_ticks - 2 * condition.metre.beat_ticks, 0))
        harmony = joined_harmony(planned_harmony(condition, memory, intent.harmony), kept, cut)
        page = Page(condition, memory, harmony, fresh, kept_rhythm(kept, cut), intent.fill)
        written = _written(page, within_bar(intent))
        bar = with_theme(finished(page, joined_notes(written, kept, cut, condition.parts)), intent)
        return ComposedBar(bar, _remembered(page, bar).state(), measure(bar, condition.mode), NAME)


def _remembered(page: Page, bar: Bar) -> Memory:
    """What the bar leaves to the next one."""
    melody = bar.of(Part.MELODY)
    bass = bar.of(Part.BASS)
    return Memory(
        seed=page.memory.seed,
        melody=melody[-1].pitch if melody else page.memory.melody,
        bass=bass[-1].pitch if bass else page.memory.bass,
        endings=page.memory.endings + page.condition.is_ending,
        voices=voicings_of(page, 3)[-1],
    )


def _written(page: Page, theme: Sequence[Note]) -> list[Note]:
    """All the parts of the bar, each written anew; velocities count from the bar's mean until it is finished.

    A theme is the melody that the others go with; it is put into the bar afterward.
    """
    parts = page.condition.parts
    melody = write_melody(page) if Part.MELODY in parts else []
    texture, voices, bass = accompaniment(page)
    notes = list(melody)
    if Part.COUNTER in parts:
        notes += write_counter(page, melody or list(theme))
    if Part.CHORDS in parts:
        notes += write_chords(page, texture, voices)
    if Part.BASS in parts:
        notes += write_bass(page, bass)
    if Part.DRUMS in parts:
        notes += write_drums(page)
    return notes
