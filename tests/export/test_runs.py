"""Run files: choices with names, and refusals that name what is wrong."""

from pathlib import Path

import pytest

from barwise.errors import InputError

pytest.importorskip("torch")

from barwise_export.runs import load_run

RUNS = Path(__file__).parents[2] / "export" / "runs"


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def test_a_run_is_named_by_its_file_and_keeps_what_it_does_not_choose(tmp_path: Path) -> None:
    run = load_run(write(tmp_path, "sources: {a: 1, b: 0.5}\nmodel: {hidden: 8}\nsteps: 3"))
    assert (run.name, run.steps, run.sources, run.model.hidden) == ("mine", 3, {"a": 1, "b": 0.5}, 8)
    assert (run.seed, run.model.embedding) == (1, 256)


@pytest.mark.parametrize("path", sorted(RUNS.glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_runs_can_be_read(path: Path) -> None:
    run = load_run(path)
    assert run.name == path.stem
    assert run.model.attention % run.model.attention_heads == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a mapping"),
        ("- a", "must be a mapping"),
        ("steps: 5", "'sources' must map the names of sources to shares"),
        ("sources: {}", "'sources' must map"),
        ("sources: {a: 0}", "'sources' must map"),
        ("sources: {a: much}", "'sources' must map"),
        ("sources: {a: 1}\nstep: 5", "'step' is unknown; allowed: .*steps"),
        ("sources: {a: 1}\nsteps: many", "'steps' is 'many'; it must be a whole number"),
        ("sources: {a: 1}\nsteps: 2.5", "'steps' is 2.5; it must be a whole number"),
        ("sources: {a: 1}\nsteps: true", "'steps' is True; it must be a whole number"),
        ("sources: {a: 1}\nlearning_rate: 2e-3", "'learning_rate' is '2e-3'; it must be a number"),
        ("sources: {a: 1}\nmixed_precision: 1", "'mixed_precision' is 1; it must be true or false"),
        ("sources: {a: 1}\nname: 5", "'name' is 5; it must be text"),
        ("sources: {a: 1}\nmodel: 5", "'model' must be a mapping"),
        ("sources: {a: 1}\nmodel: {depth: 2}", "model: 'depth' is unknown; allowed: attention, .*hidden"),
        ("sources: {a: 1}\nmodel: {hidden: wide}", "model: 'hidden' is 'wide'"),
        ("sources: [", "cannot be read: "),
    ],
)
def test_a_wrong_choice_is_refused_by_name_in_a_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^run .*mine.yaml: {message}") as refusal:
        load_run(write(tmp_path, text))
    assert "\n" not in str(refusal.value)


def test_a_missing_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.yaml: cannot be read"):
        load_run(tmp_path / "no.yaml")
