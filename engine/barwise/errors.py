"""Every error Barwise raises on purpose: one root, one line each, with the cure.

BarwiseError
├── InputError            a value, file or name from outside is not what it must be
│   ├── ScoreError        a score file cannot be read or breaks a rule
│   ├── ModelError        a composer file is missing, not ours, or of another vocabulary
│   └── SoundFontError    a SoundFont is missing or is not one
└── DeviceError           the machine lacks something that sound needs
"""


class BarwiseError(Exception):
    """The root of every error that Barwise raises on purpose."""


class InputError(BarwiseError):
    """A value, file or name from outside is out of bounds; the message names both."""


class ScoreError(InputError):
    """A score file cannot be read or breaks a rule of the score format."""


class ModelError(InputError):
    """A composer file is missing, is not ours, or speaks another vocabulary."""


class SoundFontError(InputError):
    """A SoundFont is missing or the file is not one."""


class DeviceError(BarwiseError):
    """The machine lacks something that sound needs; the message holds the cure."""
