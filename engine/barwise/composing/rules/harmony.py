"""The chords of a bar, with the color that is wanted. Knows no notes."""

from collections.abc import Mapping

from barwise.composing.rules.dice import HARMONY_DIE, Dice
from barwise.composing.rules.memory import Memory
from barwise.composing.rules.rhythm import half_bar
from barwise.music.harmony import SCALES, Chord, Quality
from barwise.music.intent import PHRASE_BARS, Condition
from barwise.music.notes import ChordChange
from barwise.music.progressions import CHROMATIC, ENDING, NUMERALS, PROGRESSIONS

TONIC = NUMERALS["I"]
"""What is heard where no chord is known."""

_SEVENTHS: Mapping[Quality, tuple[Quality, ...]] = {
    Quality.MAJOR: (Quality.DOMINANT, Quality.MAJOR_SEVENTH),
    Quality.MINOR: (Quality.MINOR_SEVENTH,),
}


def planned_harmony(condition: Condition, memory: Memory, wanted: tuple[Chord, ...] = ()) -> tuple[ChordChange, ...]:
    """The chords of this bar: those wanted, else those of the phrase's progression, or of an ending."""
    die = Dice(memory.seed, HARMONY_DIE, condition.phrase_bar)
    chords = [_colored(chord, condition, die) for chord in _chords(condition, memory, wanted)]
    half = half_bar(condition.metre)
    if len(chords) == 1 or not half:
        return (ChordChange(0, chords[-1]),)
    return ChordChange(0, chords[0]), ChordChange(half, chords[1])


def _chords(condition: Condition, memory: Memory, wanted: tuple[Chord, ...]) -> tuple[Chord, ...]:
    if condition.is_ending:
        return tuple(NUMERALS[numeral] for numeral in ENDING[condition.mode.is_major][memory.endings > 0].split())
    if wanted:
        return wanted
    attributes, choices = condition.attributes, PROGRESSIONS[condition.mode.family]
    weights = [choice.fitness(attributes.brightness, attributes.chromaticism) for choice in choices]
    chosen = choices[Dice(memory.seed, HARMONY_DIE).pick(weights)]
    chords = chosen.chords(condition.phrase_bar % PHRASE_BARS)
    if condition.mode is condition.mode.family or attributes.chromaticism >= CHROMATIC:
        return chords
    return tuple(chord.within(condition.mode) for chord in chords)


def _colored(chord: Chord, condition: Condition, die: Dice) -> Chord:
    """The chord, with the seventh that the scale gives it where dissonance is wanted; a close stays plain."""
    closes = condition.is_ending or condition.phrase_bar % PHRASE_BARS == PHRASE_BARS - 1
    if closes or die.share() >= (condition.attributes.dissonance - 0.05) * 3.5:
        return chord
    sevenths = (Chord(chord.root, quality) for quality in _SEVENTHS.get(chord.quality, ()))
    return next((seventh for seventh in sevenths if SCALES[condition.mode].issuperset(seventh.tones)), chord)
