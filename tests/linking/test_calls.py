"""What a game has said: kept in order, and of what is replaced only the last."""

from barwise.commands import Command, Enter, JournalEntry, Pause, SetIntensity, SetMood, SetVolume, Skip
from barwise.linking.calls import MOST_KEPT, MOST_WAITING, Calls, Said, merged
from barwise.music.mood import Mood


def said(*commands: Command) -> list[Said]:
    return [Said(0.0, command) for command in commands]


def test_only_the_last_of_what_is_replaced_is_kept_and_all_of_the_rest_in_order() -> None:
    calls = said(SetIntensity(0.1), Enter("a"), SetMood(Mood()), SetIntensity(0.2), Enter("a"))
    assert merged(calls) == said(Enter("a"), SetMood(Mood()), SetIntensity(0.2), Enter("a"))


def test_ten_thousand_calls_come_down_to_what_counts() -> None:
    calls = Calls()
    assert calls.add(Said(0.0, Enter("fight")))
    assert all(calls.add(Said(0.0, SetIntensity(number / 10_000))) for number in range(10_000))
    assert len(calls.pending) <= MOST_WAITING + 1
    assert (calls.pending[0].command, calls.pending[-1].command) == (Enter("fight"), SetIntensity(0.9999))


def test_what_cannot_be_replaced_is_refused_only_when_thousands_wait() -> None:
    calls = Calls()
    assert all(calls.add(Said(0.0, Enter("fight"))) for _ in range(MOST_KEPT))
    assert not calls.add(Said(0.0, Enter("fight")))


def test_what_was_sent_and_is_not_in_effect_is_sent_again() -> None:
    calls, taken = Calls(), list[Command]()
    for item in said(Enter("a"), Enter("b"), Enter("c")):
        calls.add(item)

    def take(item: Said) -> bool:
        taken.append(item.command)
        return len(taken) <= 2

    calls.send(take)
    calls.took_effect(JournalEntry(10, Enter("a")))
    calls.send_again()
    assert [item.command for item in calls.pending] == [Enter("b"), Enter("c")]


def test_volume_and_pause_hold_for_whoever_plays_next_and_a_skip_that_took_effect_is_done_once() -> None:
    calls = Calls()
    for item in said(SetVolume(0.5, 3.0), Pause(), Skip(10.0), SetVolume(0.25, 3.0), Enter("a")):
        calls.add(item)
    calls.send(lambda _: True)
    calls.took_effect(JournalEntry(10, Skip(10.0)))
    held = [SetVolume(0.25), Pause(), Enter("a")]
    assert [item.command for item in calls.held] == held
    calls.send_again()
    assert [item.command for item in calls.pending] == held
