"""Laws of the curve file: what it says bar by bar is what comes out, and mistakes are named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barwise.errors import InputError
from barwise.mood_curve import COLUMNS, LAST_BAR, VALUE_RANGES, CurvePoint, parse_mood_curve, read_mood_curve
from barwise.music.mood import Mood

HEADER = "bar,valence,arousal,tension,intensity\n"


def moods() -> st.SearchStrategy[Mood]:
    return st.builds(Mood, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))


def curves() -> st.SearchStrategy[tuple[CurvePoint, ...]]:
    bars = st.lists(st.integers(0, LAST_BAR - 1), min_size=1, max_size=6, unique=True).map(sorted)
    return bars.flatmap(
        lambda these: st.tuples(*[st.builds(CurvePoint, st.just(b), moods(), st.floats(0, 1)) for b in these])
    )


def cells_of(point: CurvePoint) -> dict[str, str]:
    mood = point.mood
    values = (point.bar_index + 1, mood.valence, mood.arousal, mood.tension, point.intensity)
    return {column: repr(value) for column, value in zip(COLUMNS, values, strict=True)}


@given(curves(), st.permutations(COLUMNS), st.sampled_from(["", " ", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_a_curve_reads_back_in_any_order_of_columns(
    curve: tuple[CurvePoint, ...], columns: list[str], space: str, ending: str
) -> None:
    rows = [columns, *[[cells_of(point)[column] for column in columns] for point in curve]]
    text = ending.join(",".join(f"{space}{cell}{space}" for cell in row) for row in rows)
    assert parse_mood_curve(text) == curve


def refusal_of(text: str) -> str:
    try:
        parse_mood_curve(text)
    except InputError as error:
        return str(error)
    return ""


@given(st.text("0123456789.,;-+_\"'eExX \t\r\n\x00é", max_size=200), st.sampled_from(["", HEADER]))
def test_any_text_is_a_curve_or_one_short_line_of_refusal(text: str, header: str) -> None:
    refusal = refusal_of(header + text)
    assert "\n" not in refusal
    assert len(refusal) < 250


@given(st.sampled_from(sorted(VALUE_RANGES)), st.one_of(st.floats(max_value=-1.001), st.floats(min_value=1.001)))
def test_a_value_out_of_range_is_named_with_its_line_and_range(column: str, value: float) -> None:
    cells = {"bar": "1", "valence": "0", "arousal": "0", "tension": "0", "intensity": "0", column: repr(value)}
    with pytest.raises(InputError, match=rf"line 2: {column} .*; allowed: -?\d to 1"):
        parse_mood_curve(HEADER + ",".join(cells.values()))


def test_an_empty_cell_keeps_the_value_above() -> None:
    first, second = parse_mood_curve(HEADER + "1,0.5,-0.5,0.2,0.9\n5,,0.8,,\n")
    assert second == CurvePoint(4, Mood(0.5, 0.8, 0.2), first.intensity)


def test_bars_count_from_one_in_the_file_and_from_zero_inside() -> None:
    assert parse_mood_curve(HEADER + "1,0,0,0,0")[0].bar_index == 0


def test_a_byte_order_mark_blank_lines_and_other_columns_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "moods.csv"
    file.write_text("\n".join(["Bar,Valence,Arousal,Tension,Intensity,note", "1,0,0,0,1,calm", "", " , "]), "utf-8-sig")
    assert read_mood_curve(file) == (CurvePoint(0, Mood(0, 0, 0), 1),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column bar, valence, arousal, tension, intensity"),
        ("bar,valence,arousal,tension\n1,0,0,0", "no column intensity"),
        ("bar,bar,valence,arousal,tension,intensity\n", "column bar more than once"),
        (HEADER, "no rows"),
        (HEADER + "-1,0,0,0,0", "line 2: bar '-1'; allowed: a whole number from 0 to"),
        (HEADER + "1.5,0,0,0,0", "line 2: bar '1.5'; allowed: a whole number"),
        (HEADER + "9" * 5000 + ",0,0,0,0", "line 2: bar '999999999999..."),
        (HEADER + "1,0,0,0,0\n1,0,0,0,0", "line 3: bar '1'; allowed: a whole number from 2 to"),
        (HEADER + "1,high,0,0,0", "line 2: valence 'high' is not a number; allowed: -1 to 1"),
        (HEADER + "1,nan,0,0,0", "line 2: valence nan"),
        (HEADER + "1,,0,0,0", "line 2: valence is empty and no row above gives it"),
        (HEADER + "1,0,5,0,3,0,2,0,1", "line 2 has 9 cells; the header has 5"),
    ],
)
def test_a_mistake_is_named(text: str, message: str) -> None:
    assert message in refusal_of(text)


def test_a_file_that_is_missing_binary_or_huge_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    huge = tmp_path / "huge.csv"
    huge.write_bytes(b"1" * 5_000_000)
    for path in (binary, huge, tmp_path / "missing.csv", tmp_path):
        with pytest.raises(InputError, match=path.name):
            read_mood_curve(path)


def test_a_file_whose_first_bar_is_0_counts_from_0() -> None:
    points = parse_mood_curve("bar,valence,arousal,tension,intensity\n0,0,0,0,0\n2,1,1,1,1\n")
    assert [point.bar_index for point in points] == [0, 2]
