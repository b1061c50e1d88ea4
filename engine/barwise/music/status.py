"""What sounds now, for a display."""

from dataclasses import dataclass

from barwise.music.mood import Mood


@dataclass(frozen=True, slots=True)
class MusicStatus:
    """What sounds now, for a display."""

    state: str
    mood: Mood
    """The mood of the bar that sounds."""
    intensity: float
    """0 to 1."""
    bar: int
    """Number of the bar, from 0."""
    beat: int
    """Number of the felt beat in the bar, from 0."""
    beats_per_bar: int
    tempo: float
    """Quarter notes a minute."""
    key: str
    """Such as 'D minor'."""
    chord: str
    """Such as 'Bb7'; empty where no harmony is felt."""
    composer: str
    """Who wrote the bar: 'network' or 'rules'."""
    arriving: str = ""
    """Name of the state that the music is on its way to because of `arrive`; empty when there is none."""
    tempo_ratio: float = 1.0
    """The tempo on that way as a share of what it was before."""
