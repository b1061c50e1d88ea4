"""Whether a mood has changed enough for music that is already composed to be composed anew. Pure."""

from barwise.directing.coloring import TURN
from barwise.music.mood import Mood

AROUSED = 1 / 6
"""Change of arousal that moves the rhythm asked for by a sixteenth of the bar or so: less changes no onset."""


def turns(before: Mood, after: Mood) -> bool:
    """Whether a change of mood is to be heard in the bar that sounds; a smaller one waits for the next."""
    return (
        abs(after.valence - before.valence) >= TURN
        or abs(after.tension - before.tension) >= TURN / 2
        or abs(after.arousal - before.arousal) >= AROUSED
    )
