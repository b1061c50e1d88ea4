"""Themes as a score writes them: notes in it, or a MIDI file beside it."""

from pathlib import Path

from barwise.errors import InputError, ScoreError
from barwise.music.harmony import Key
from barwise.music.metre import COMMON_TIME
from barwise.music.theme import Theme, theme_of
from barwise.score.document import Value
from barwise.score.key_text import read_key, read_metre
from barwise.score.theme_midi import ENDINGS as MIDI_ENDINGS
from barwise.score.theme_midi import read_midi_theme
from barwise.score.theme_text import read_notes

_THEME_KEYS = ("notes", "file", "key", "mode", "metre")
_LONGEST_THEME = 1024
"""Letters of a theme written as text."""

_MOST_THEMES = 64


def read_themes(value: Value, folder: Path | None) -> dict[str, Theme]:
    """Themes by name; files lie in the folder, None allows none."""
    entries = value.entries()
    if len(entries) > _MOST_THEMES:
        raise value.refused(f"a mapping of up to {_MOST_THEMES} themes")
    return {name: _theme(name, entry, folder) for name, entry in entries.items()}


def _theme(name: str, value: Value, folder: Path | None) -> Theme:
    """A theme from its notes, or from a MIDI file beside the score."""
    fields = value.fields(_THEME_KEYS)
    if ("notes" in fields) == ("file" in fields):
        raise value.refused("a theme: it has either notes or a file")
    metre = read_metre(fields["metre"]) if "metre" in fields else None
    key = read_key(fields) if "key" in fields or "mode" in fields else None
    try:
        if "file" in fields:
            return read_midi_theme(_beside(fields["file"], folder), name, key, metre)
        metre = metre or COMMON_TIME
        notes = read_notes(fields["notes"].text(_LONGEST_THEME), metre)
        return theme_of(name, notes, key or Key(), metre)
    except ScoreError:
        raise
    except InputError as error:
        raise ScoreError(f"{value.source}: {value.where}: {error}") from error


def _beside(value: Value, folder: Path | None) -> Path:
    """A MIDI file in the score's folder; nothing outside is opened, through links neither."""
    name = Path(value.text())
    if folder is None:
        raise value.refused("allowed in a score that is no file itself")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or name.suffix.lower() not in MIDI_ENDINGS:
        raise value.refused(f"a file in the score's folder that ends in {' or '.join(MIDI_ENDINGS)}")
    return path
