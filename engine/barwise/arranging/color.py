"""How bright and how far away the music sounds: filters by tension and intensity, the reverb send by mood.

Pure functions. The house SoundFont moves its filters by a semitone of cutoff and more for each step of
controller 74; fonts without a modulator for it, such as FluidR3, do nothing.
"""

from barwise.music.mood import Mood

NEUTRAL_BRIGHTNESS = 64
"""The value of controller 74 at which instruments sound as they were made."""

_DARKER_WHEN_SOFT = 16.0
"""Steps of controller 74 from intensity 1 to intensity 0."""

_TENSION_STEPS = 24.0
"""Steps of controller 74 from tension 0 to tension 1."""

_USUAL_TENSION, _USUAL_INTENSITY = 0.3, 0.7
"""Where the brightness is neutral."""

_NEARER_BY_AROUSAL, _NEARER_BY_VALENCE, _FARTHER_BY_TENSION = 12.0, 6.0, 14.0
"""Steps of controller 91 for 1 of arousal, valence and tension: action is dry, sorrow and unease are far away."""

_LARGEST = 127


def brightness(tension: float, intensity: float) -> int:
    """The brightness (controller 74) at a tension and an intensity of 0 to 1."""
    by_tension = (tension - _USUAL_TENSION) * _TENSION_STEPS
    return round(NEUTRAL_BRIGHTNESS + by_tension + (intensity - _USUAL_INTENSITY) * _DARKER_WHEN_SOFT)


def reverb_send(palette_send: int, mood: Mood) -> int:
    """The reverb send (controller 91) in a mood of an instrument whose palette says 0 to 127; 0 stays dry."""
    farther = (
        (mood.tension - _USUAL_TENSION) * _FARTHER_BY_TENSION
        - mood.arousal * _NEARER_BY_AROUSAL
        - mood.valence * _NEARER_BY_VALENCE
    )
    return min(max(round(palette_send + farther), 0), _LARGEST) if palette_send else 0
