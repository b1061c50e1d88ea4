"""Which SoundFont is chosen and what is said when none will do."""

import struct
from pathlib import Path

import pytest

from barwise.errors import SoundFontError
from barwise.playing.soundfont import (
    HOUSE_FONT,
    PREFERRED_NAMES,
    SOUNDFONT_VARIABLE,
    check_soundfont,
    find_soundfont,
    known_soundfonts,
    soundfont_cure,
    usual_folders,
)

WHOLE_FONT = struct.pack("<4sI4s", b"RIFF", 4, b"sfbk")


@pytest.fixture(autouse=True)
def no_font_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOUNDFONT_VARIABLE, raising=False)


def font(folder: Path, name: str, content: bytes = WHOLE_FONT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_the_house_font_comes_before_others_and_after_what_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, other = font(tmp_path / "house", "barwise.sf2"), font(tmp_path, "FluidR3Mono_GM.sf3")
    assert find_soundfont(folders=[tmp_path], house=house) == house
    monkeypatch.setenv(SOUNDFONT_VARIABLE, str(other))
    assert find_soundfont(folders=[], house=house) == other


@pytest.mark.parametrize("content", [None, b"RIFF"])
def test_without_a_whole_house_font_what_is_found_plays(tmp_path: Path, content: bytes | None) -> None:
    house, other = tmp_path / "house" / "barwise.sf2", font(tmp_path, "FluidR3Mono_GM.sf3")
    if content is not None:
        font(tmp_path / "house", "barwise.sf2", content)
    assert find_soundfont(folders=[tmp_path], house=house) == other


def test_the_font_asked_for_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOUNDFONT_VARIABLE, str(font(tmp_path, "environment.sf2")))
    asked = font(tmp_path, "asked.sf2")
    assert find_soundfont(asked, folders=[tmp_path]) == asked


def test_the_environment_comes_before_known_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = font(tmp_path / "elsewhere", "environment.sf2")
    font(tmp_path, "FluidR3Mono_GM.sf3")
    monkeypatch.setenv(SOUNDFONT_VARIABLE, str(named))
    assert find_soundfont(folders=[tmp_path]) == named


def test_better_fonts_come_first_wherever_they_lie(tmp_path: Path) -> None:
    font(tmp_path / "a", "other.SF2")
    font(tmp_path / "a", "MuseScore_General.sf3")
    font(tmp_path / "b", "FluidR3_GM.sf2")
    font(tmp_path / "c", "FluidR3Mono_GM.sf3")
    font(tmp_path / "c", "notes.txt")
    folders = [tmp_path / "a", tmp_path / "missing", tmp_path / "b", tmp_path / "c"]
    assert [path.name for path in known_soundfonts(folders)] == [
        "FluidR3Mono_GM.sf3",
        "FluidR3_GM.sf2",
        "MuseScore_General.sf3",
        "other.SF2",
    ]


def test_a_font_that_links_lead_to_is_listed_once_under_its_best_known_name(tmp_path: Path) -> None:
    whole = font(tmp_path / "a", "FluidR3Mono_GM.sf3")
    (tmp_path / "a" / "MuseScore_General.sf3").symlink_to(whole)
    (tmp_path / "a" / "default-GM.sf3").symlink_to(whole)
    assert known_soundfonts([tmp_path / "a"]) == [whole]


def test_the_page_of_fonts_tells_of_every_font_that_the_project_names() -> None:
    page = (Path(__file__).parents[2] / "soundfonts" / "README.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for name in (HOUSE_FONT.name, *PREFERRED_NAMES):
        assert [row for row in rows if f"`{name}`" in row], name


def test_a_broken_known_font_is_passed_over(tmp_path: Path) -> None:
    font(tmp_path, "FluidR3Mono_GM.sf3", b"<html>404</html>")
    good = font(tmp_path, "zebra.sf2")
    assert find_soundfont(folders=[tmp_path], house=tmp_path / "none.sf2") == good


def test_a_machine_without_fonts_is_told_the_cure(tmp_path: Path) -> None:
    with pytest.raises(SoundFontError, match=r"no SoundFont found.*BARWISE_SOUNDFONT") as error:
        find_soundfont(folders=[tmp_path], house=tmp_path / "none.sf2")
    assert soundfont_cure() in str(error.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "has only 0 bytes"),
        (b"RIFF\4\0\0", "has only 7 bytes"),
        (struct.pack("<4sI4s", b"RIFF", 4, b"WAVE"), "begins with b'RIFF"),
        (struct.pack("<4sI4s", b"RIFF", 5, b"sfbk"), "cut short: 12 of 13 bytes"),
    ],
)
def test_a_file_that_is_no_font_is_named_with_its_fault(tmp_path: Path, content: bytes, fault: str) -> None:
    path = font(tmp_path, "x.sf2", content)
    with pytest.raises(SoundFontError) as error:
        check_soundfont(path)
    assert str(path) in str(error.value)
    assert fault in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SoundFontError, match="does not exist"):
        check_soundfont(tmp_path / "no.sf2")
    with pytest.raises(SoundFontError, match="is not a file"):
        check_soundfont(tmp_path)


def test_a_bad_font_in_the_environment_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOUNDFONT_VARIABLE, str(tmp_path / "no.sf2"))
    with pytest.raises(SoundFontError, match=f"{SOUNDFONT_VARIABLE}: .*no.sf2 does not exist"):
        find_soundfont(folders=[])


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_every_platform_has_folders_and_a_cure(platform: str) -> None:
    assert usual_folders(platform)
    assert "SoundFont" in soundfont_cure(platform) or "MuseScore_General" in soundfont_cure(platform)
