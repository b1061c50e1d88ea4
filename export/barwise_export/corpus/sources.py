"""The table of sources: where each set comes from, under what terms, whom to credit, how to read it."""

from collections.abc import Callable
from csv import QUOTE_NONE, DictReader
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from barwise.music.intent import Style


class Layout(StrEnum):
    """How the parts of a set's pieces are found."""

    BAND = "band"
    QUARTET = "quartet"
    SONG = "song"
    KEYBOARD = "keyboard"
    KIT = "kit"


def _file_family(_: Path, path: Path) -> str:
    return path.stem


@dataclass(frozen=True, slots=True)
class Source:
    """One set of the corpus."""

    name: str
    """Folder under the corpus, and the set's name in reports."""
    pattern: str
    """Glob of its files within the folder."""
    style: Style
    layout: Layout
    address: str
    commit: str
    licence: str
    credit: str
    has_velocity: bool = True
    """False where the files are scores, which say nothing of how hard a note is struck."""
    snap_seconds: float = 0.010
    """How far an onset may be moved to a sixteenth or a triplet eighth."""
    family: Callable[[Path, Path], str] = _file_family
    """Name of the composition that a file belongs to, from the set's folder and the file."""


# Pieces of freedoom that share material, from its CREDITS-MUSIC; identical bars link the others.
_FREEDOOM_FAMILIES = {
    "d_map30": "paranoia",
    "d_dm10": "paranoia",
    "d_intro": "fountain-dance",
    "d_introa": "fountain-dance",
}


def _freedoom_family(_: Path, path: Path) -> str:
    return _FREEDOOM_FAMILIES.get(path.stem, path.stem)


def _session_family(folder: Path, path: Path) -> str:
    """The drummer and session; in the eval sessions every drummer plays the same ten grooves."""
    session = path.relative_to(folder).parent
    return session.name if session.name == "eval_session" else session.as_posix()


CREDIT_COLUMNS = ("composer", "title", "work", "terms", "typeset_by")


@cache
def _index(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of a set's INDEX.tsv by file."""
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as table:
        return {row["file"]: row for row in DictReader(table, delimiter="\t", quoting=QUOTE_NONE)}


def piece_credit(folder: Path, path: Path) -> str:
    """What a set's INDEX.tsv says of a file: composer, work, terms and who typeset it, as tab-separated text."""
    if not (folder / "INDEX.tsv").is_file():
        return ""
    row = _index(folder).get(path.name, {})
    return "\t".join(row.get(column) or "" for column in CREDIT_COLUMNS)


def _work_family(folder: Path, path: Path) -> str:
    """The composer and the work or collection, so that movements and songs of one opus stay together."""
    row = _index(folder).get(path.name, {})
    work = row.get("work", path.stem)
    return f"{row.get('composer', '')}: {work.split(' / ')[0].strip() or work.strip()}"


def _title_family(folder: Path, path: Path) -> str:
    """The composer and the title, without what tells its versions apart."""
    row = _index(folder).get(path.name, {})
    return f"{row.get('composer', '')}: {row.get('title', path.stem)}"


SOURCES: tuple[Source, ...] = (
    Source(
        "freedoom",
        "musics/*.mid",
        Style.GAME,
        Layout.BAND,
        "https://github.com/freedoom/freedoom",
        "d14dbbee3b6fbfb2c11cdb65eb61216e86d4ee85",
        "BSD-3-Clause",
        "Contributors to the Freedoom project; composers in its CREDITS-MUSIC",
        family=_freedoom_family,
    ),
    Source(
        "simutrans",
        "simutrans/music/*.mid",
        Style.GAME,
        Layout.BAND,
        "https://github.com/simutrans/simutrans",
        "d8c00ef15b8918a2dd749ea0f10a5d22215b3dca",
        "Artistic-1.0",
        "The Simutrans composers shunter, Lmallet and others named in its music/readme.txt",
        snap_seconds=0.020,
    ),
    Source(
        "blasphemer",
        "musics/*.mid",
        Style.GAME,
        Layout.BAND,
        "https://github.com/Catoptromancy/blasphemer",
        "6d93526dc315175823fafedc31f948998d70130b",
        "BSD-3-Clause",
        "Contributors to the Blasphemer project; music by Jute Gyte and ax34",
    ),
    Source(
        "freedink",
        "*.mid",
        Style.GAME,
        Layout.BAND,
        "https://www.gnu.org/software/freedink/",
        "1.08.20190120-2",
        "Zlib",
        "Robinson Technologies, GNU FreeDink",
    ),
    Source(
        "gmd",
        "groove/**/*.mid",
        Style.KIT,
        Layout.KIT,
        "https://github.com/zharry29/drums-with-llm",
        "476adbc938a600eaca26bbb02648e6127b5eca64",
        "CC-BY-4.0",
        "Groove MIDI Dataset by Jon Gillick, Adam Roberts, Jesse Engel, Douglas Eck and David Bamman (Google Magenta)",
        snap_seconds=0.035,
        family=_session_family,
    ),
    Source(
        "openscore-quartets",
        "*.mxl",
        Style.CHAMBER,
        Layout.QUARTET,
        "https://github.com/OpenScore/StringQuartets",
        "2c723a5b7b4ea5420826116dfa912956c6a022c2",
        "CC0-1.0",
        "OpenScore String Quartets",
        has_velocity=False,
        family=_work_family,
    ),
    Source(
        "openscore-lieder",
        "*.mxl",
        Style.SONG,
        Layout.SONG,
        "https://github.com/OpenScore/Lieder",
        "bca122458de6da362abe62dd6aec62e25d7759b1",
        "CC0-1.0",
        "OpenScore Lieder Corpus",
        has_velocity=False,
        family=_work_family,
    ),
    Source(
        "mutopia",
        "*.mid",
        Style.PIANO,
        Layout.KEYBOARD,
        "https://github.com/MutopiaProject/MutopiaProject",
        "2144afd6f52d56c5b6995b8b589ef1268b3139f0",
        "Public domain and CC-BY",
        "The Mutopia Project; typesetters named in the dataset's credits.tsv",
        has_velocity=False,
        family=_title_family,
    ),
)
