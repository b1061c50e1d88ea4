"""What is measured of themes: what was heard, against the theme that was called."""

from dataclasses import replace
from pathlib import Path

import pytest

from barwise.composing.rule_composer import RuleComposer
from barwise.controls import DirectControls
from barwise.music.development import Development
from barwise.music.performance import Performance
from barwise.performing.session import Session
from barwise.score.load import load_score
from barwise_export.figures.themes import FREE, GOAL, STRANGE, Themes, appearances, drawn_theme

SCORE = load_score()
HERO, FOE = SCORE.themes["hero"], SCORE.themes["foe"]


@pytest.fixture(scope="module")
def performance() -> Performance:
    session = Session(SCORE, None, RuleComposer(), seed=2, is_recording=True)
    DirectControls(SCORE, session.call).theme(HERO, at=2)
    for _ in range(40):
        session.advance(session.frames_left_in_bar())
    return session.performance()


@pytest.fixture(scope="module")
def found(performance: Performance) -> Themes:
    return Themes(tuple(appearances(HERO, FOE, performance, "explore", "hope")))


def test_a_statement_is_heard_as_its_theme(found: Themes) -> None:
    (statement,) = found.of(Development.STATEMENT)
    assert statement.similarity >= GOAL
    assert statement.in_mode == 1
    assert not statement.is_other_mode
    assert not statement.is_other_metre


def test_another_theme_is_not_heard_there(performance: Performance) -> None:
    (statement,) = Themes(tuple(appearances(FOE, HERO, performance, "explore", "hope"))).of(Development.STATEMENT)
    assert statement.similarity < GOAL


def test_developments_and_the_free_melody_are_told_apart(found: Themes) -> None:
    forms = {one.form for one in found.appearances}
    assert {Development.STATEMENT, FREE, STRANGE} <= forms
    assert len(forms & set(Development)) >= 2


def test_a_goal_fails_with_its_worst_statement(found: Themes) -> None:
    (statement,) = found.of(Development.STATEMENT)
    worse = replace(statement, similarity=0.5)
    for appeared, is_reached in (((statement,), True), ((statement, worse), False)):
        least, _ = Themes(appeared).goals()
        assert least.is_reached is is_reached


def test_the_report_has_a_row_for_each_form_and_a_picture(found: Themes, tmp_path: Path) -> None:
    text = found.markdown()
    assert "| statement | 1 |" in text
    assert text.count("| hero |") == 1
    found.draw(tmp_path)
    assert (tmp_path / "themes.png").stat().st_size > 1000
    assert found.as_dict()["statements"] == 1


def test_drawn_themes_are_the_same_every_time_and_not_each_other() -> None:
    themes = [drawn_theme(number) for number in range(5)]
    assert themes == [drawn_theme(number) for number in range(5)]
    assert len({theme.notes for theme in themes}) == 5
    assert len({theme.mode for theme in themes}) == 5
