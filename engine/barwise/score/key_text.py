"""Keys, modes and metres as a score writes them."""

from collections.abc import Mapping

from barwise.errors import InputError
from barwise.music.harmony import PITCH_CLASSES, Key, Mode
from barwise.music.metre import Metre
from barwise.score.document import Value, given

_TONICS = {
    **{name: number for number, name in enumerate(PITCH_CLASSES)},
    "C#": 1,
    "D#": 3,
    "F#": 6,
    "G#": 8,
    "A#": 10,
}


def read_tonic(value: Value) -> int:
    """The pitch class of a name such as F# or Bb."""
    return _TONICS[value.one_of("key", _TONICS)]


def read_key(fields: Mapping[str, Value]) -> Key:
    """The key of the fields `key` and `mode`: C major where nothing is said."""
    mode = Mode(fields["mode"].one_of("mode", list(Mode))) if "mode" in fields else Mode.MAJOR
    return Key(given(fields, "key", read_tonic, 0), mode)


def read_metre(value: Value) -> Metre:
    """A metre such as 6/8."""
    try:
        numerator, denominator = (int(number) for number in value.text().split("/"))
        return Metre(numerator, denominator)
    except ValueError:
        raise value.refused("a metre such as 4/4 or 6/8") from None
    except InputError as error:
        raise value.refused(f"a metre such as 4/4 or 6/8 ({error})") from None
