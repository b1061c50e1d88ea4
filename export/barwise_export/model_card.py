"""MODEL_CARD.md: what the composer is, what it learned from, how well it does, and where it fails.

Made of the sidecar that `export` writes and of the goals that `evaluate` found: no figure is typed.
"""

from collections.abc import Mapping
from typing import Any

from barwise_export.figures.goals import Goal, goal_table

CARD_FILE = "MODEL_CARD.md"

TABLES_FROM = (
    (
        "Groove MIDI Dataset",
        "microtiming, accents and swing of the drums (groove.json)",
        "CC-BY-4.0",
        "Jon Gillick, Adam Roberts, Jesse Engel, Douglas Eck and David Bamman (Google Magenta)",
    ),
    (
        "McGill Billboard",
        "how often chords follow each other",
        "CC0-1.0",
        "John Ashley Burgoyne, Jonathan Wild and Ichiro Fujinaga, 'An Expert Ground Truth Set for Audio Chord "
        "Recognition and Music Analysis', ISMIR 2011",
    ),
    (
        "free-midi-chords",
        "which progressions carry which moods",
        "MIT",
        "Ludovic Drolez",
    ),
)
"""Sets behind the tables of harmony and groove that play beside the network: name, what for, terms, credit."""

LIMITS = (
    "Its labels are measurements of notes, proxies and never ratings; its moods have not been put before listeners.",
    "It learned from few pieces of game music, nearly all of them with drums and in 4/4: calm full bands, waltzes "
    "and 6/8 are playable, not idiomatic.",
    "Its harmony is planned by the director, a chord or more for each bar; left to itself it stays near the tonic.",
    "It writes on a grid of 24 ticks a quarter; human timing is added by the arranger, from what drummers played.",
    "Nobody's taste but the corpora's is in it: Western, tonal, mostly rock, orchestral, keyboard and folk-like.",
    "The split knows families by title and credits, not by ear: two held-out simutrans pieces share long runs of "
    "chord notes with pieces in training, so their figures are kinder than they should be.",
    "Sounding loudness does not follow arousal: moods are equally loud, and intensity alone is level.",
    "A figure of a piece that it learned may return: see the goals of originality; "
    "`barwise render --provenance` tells it bar by bar.",
)


_LAYERS = {1: "one layer", 2: "two layers"}

CARD = """\
# Model card: the Barwise composer

**What it is.** A recurrent network ({layers} of {hidden} gated recurrent units, {parameters:,} parameters,
{megabytes:.1f} MB) that writes one bar of up to five parts (melody, counter, chords, bass, drums) at a time, given
measured attributes of the bar that is wanted, the parts that play, mode, metre, tempo, place in the phrase, an
opening chord, and a bar to answer. One ONNX graph makes a whole bar in one call. `composer.json` beside it has its
names, shapes, figures and credits.

**What it is for.** Music under games, written while they are played; ideas for musicians. MIT, like the rest of
Barwise.

**What it learned from.** {pieces:,} pieces under open terms, no note of which is in this package:

{learned}

Beside the network, tables learned from these sets play their part:

{tables}

Every bar is labelled by measurement (`music/attributes.py`), none by a listener. Pieces are split by composition
family; those held out (`export/held_out.txt`) were never seen in training.

**How well it does.** Printed by `python -m barwise_export evaluate` from these weights, and put here by
`python -m barwise_export card`; `export/README.md` shows the whole report with its pictures.

{goals}

**Proof.** {proof}; printed by `export`, repeated by `verify`.

**Where it fails.**

{limits}
"""


def model_card(sidecar: Mapping[str, Any], megabytes: float) -> str:
    """The page for a composer file's sidecar."""
    goals = sidecar.get("goals", {})
    return CARD.format(
        layers=_LAYERS[sidecar["model"]["layers"]],
        hidden=sidecar["model"]["hidden"],
        parameters=sidecar["parameters"],
        megabytes=megabytes,
        pieces=sum(source["pieces"] for source in sidecar["sources"]),
        learned=_learned(sidecar),
        tables=_tables(),
        goals=_goals(goals),
        proof=sidecar["proof"],
        limits="\n".join(f"* {limit}" for limit in [*_missed(goals), *LIMITS]),
    )


def _learned(sidecar: Mapping[str, Any]) -> str:
    lines = ["| set | pieces used in training | terms | credit |", "|---|---|---|---|"]
    lines += [
        f"| [{source['name']}]({source['address']}) | {source['pieces']} | {source['licence']} | {source['credit']} |"
        for source in sidecar["sources"]
    ]
    return "\n".join(lines)


def _tables() -> str:
    lines = ["| set | what for | terms | credit |", "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in TABLES_FROM)])


def _goals(goals: Mapping[str, list[dict[str, Any]]]) -> str:
    if not goals:
        return "These weights have not been evaluated yet."
    return goal_table({section: [_goal(one) for one in found] for section, found in goals.items()}).rstrip()


def _goal(plain: Mapping[str, Any]) -> Goal:
    values = {name: plain[name] for name in ("name", "figure", "at_least", "at_most", "unit")}
    return Goal(**values | {"figure": float("nan") if plain["figure"] is None else plain["figure"]})


def _missed(goals: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """A sentence for each section with the goals that it did not reach."""
    missed = {section: [_goal(one) for one in found if not one["is_reached"]] for section, found in goals.items()}
    return [f"{section}, not reached: {'; '.join(map(_words, found))}." for section, found in missed.items() if found]


def _words(goal: Goal) -> str:
    return f"{goal.name} ({goal.shown}; wanted {goal.wanted})"
