"""What is wanted of bars to come: what is settled stays, and what is said last holds from the first open bar on."""

from dataclasses import replace

from barwise.directing.director import Wish
from barwise.music.mood import Mood
from barwise.performing.plans import Cue
from barwise.performing.wishes import Wishes

CALM, DARK, BRIGHT = Mood(0.5, -0.5, 0.0), Mood(-0.8, 0.2, 0.9), Mood(0.9, 0.8, 0.1)
FIRST = Wish("calm", CALM)


def test_a_change_holds_from_the_first_open_bar_on() -> None:
    wishes = Wishes(FIRST)
    wishes.open_bar = 3
    wishes.change(lambda wish: replace(wish, mood=DARK))
    assert [wishes.wish_at(bar).mood for bar in (2, 3, 9)] == [CALM, DARK, DARK]
    assert wishes.wanted.mood == DARK


def test_what_is_entered_last_replaces_what_was_to_be_entered() -> None:
    wishes = Wishes(FIRST)
    wishes.open_bar = 1
    wishes.enter(5, replace(FIRST, state="combat"))
    wishes.enter(3, replace(FIRST, state="wonder"))
    assert [wishes.wish_at(bar).state for bar in (2, 3, 6)] == ["calm", "wonder", "wonder"]


def test_a_cue_gives_its_mood_until_something_is_said_later() -> None:
    wishes = Wishes(FIRST, [Cue(2, DARK, 0.7)])
    assert [wishes.wish_at(bar).mood for bar in (1, 2, 4)] == [CALM, DARK, DARK]
    assert wishes.cue_at(2) == Cue(2, DARK, 0.7)
    wishes.open_bar = 4
    wishes.change(lambda wish: replace(wish, mood=BRIGHT))
    assert wishes.wish_at(4).mood == BRIGHT


def test_a_bar_that_begins_leaves_what_came_before_it() -> None:
    wishes = Wishes(FIRST)
    wishes.open_bar = 2
    wishes.change(lambda wish: replace(wish, mood=DARK))
    wishes.begin(2)
    assert len(wishes.plans.wishes) == 1
    assert wishes.wanted.mood == DARK
