"""The commands of the training side, from prepare to card."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barwise.composing.onnx_composer import model_path
from barwise.composing.provenance import index_path
from barwise.errors import BarwiseError, InputError

if TYPE_CHECKING:
    from barwise_export.dataset import Dataset

DATA = Path("data")
RUNS = Path("out/runs")
REPORT = Path("out/evaluation")
ABLATION_RUNS = Path("export/runs/ablations")
ABLATIONS = ABLATION_RUNS / "ablations.json"
HELD_OUT = Path("export/held_out.txt")
BAD_INPUT = 2


Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def _path(flag: str, default: Path | None, text: str) -> Decorator:
    """An option for a path; required when there is no default, which click must then not be given as None."""
    given = {"required": True} if default is None else {"default": default, "show_default": True}
    return click.option(flag, type=click.Path(path_type=Path), help=text, **given)


@click.group()
def commands() -> None:
    """From a corpus of open music to the composer that games carry."""


@commands.command()
@_path("--corpus", None, "Folder with one folder per set of music.")
@_path("--out", DATA, "Where the data set and its report go.")
@click.option("--cache", type=click.Path(path_type=Path), help="Keeps what is read from slow files for the next time.")
def prepare(corpus: Path, out: Path, cache: Path | None) -> None:
    """Read the corpus into a data set, with a report."""
    from barwise_export.prepare import prepare as make

    if not corpus.is_dir():
        raise InputError(f"corpus {corpus} is not a folder")
    make(corpus, out, cache=cache)
    click.echo((out / "report.md").read_text())


@commands.command()
@_path("--run", None, "A run's choices, such as export/runs/first.yaml.")
@_path("--data", DATA, "The data set that prepare made.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run.  [default: out/runs/NAME]")
@click.option("--start", type=click.Path(path_type=Path), help="A checkpoint of another run to begin with.")
@click.option("--device", default="", help="cpu or cuda; CUDA when there is one.")
def train(run: Path, data: Path, out: Path | None, start: Path | None, device: str) -> None:
    """Train a network, or go on where the run stopped; under torchrun, with all the processes that it starts."""
    from barwise_export.runs import load_run
    from barwise_export.training import Trainer
    from barwise_export.workers import join

    choices, music = load_run(run), _dataset(data)
    workers, own_device = join(device)
    try:
        trainer = Trainer(choices, music, out or RUNS / choices.name, str(own_device), workers)
        if not trainer.resume() and start:
            trainer.start_from(start)
        trainer.train()
    finally:
        workers.leave()


@commands.command()
@_path("--checkpoint", None, "best.pt of a run.")
@_path("--data", DATA, "The data set that it learned from.")
@_path("--out", None, "The checkpoint to write: the same with another table of moves.")
@click.option("--pieces", type=click.IntRange(1), help="Composed and counted each round.")
@click.option("--rounds", type=click.IntRange(1), help="Steps of the table.")
def calibrate(checkpoint: Path, data: Path, out: Path, pieces: int | None, rounds: int | None) -> None:
    """Compose, count how lines move, and set the network's table of moves so that they move as game music does."""
    from barwise_export.calibrating import PIECES, ROUNDS
    from barwise_export.calibrating import calibrate as count
    from barwise_export.training import load_checkpoint, load_network, save_network

    network = load_network(checkpoint)
    found = count(network, _dataset(data), pieces or PIECES, rounds or ROUNDS)
    save_network(out, network, load_checkpoint(checkpoint))
    click.echo(f"{out}:\n{found.markdown()}")


@commands.command()
@_path("--checkpoint", None, "best.pt of a run.")
@_path("--data", DATA, "The data set that it learned from, for the credits.")
@_path("--out", model_path(), "The composer file to write; its sidecar and its card go beside it.")
def export(checkpoint: Path, data: Path, out: Path) -> None:
    """Write the network as ONNX with its sidecar and card, and prove that both write the same bars."""
    from barwise_export.exporting import export_composer
    from barwise_export.training import load_network

    proof = export_composer(load_network(checkpoint), _dataset(data), out)
    click.echo(f"{out}: {out.stat().st_size / 1e6:.1f} MB\n{proof}")


@commands.command()
@_path("--checkpoint", None, "best.pt of a run.")
@_path("--model", model_path(), "The composer file.")
def verify(checkpoint: Path, model: Path) -> None:
    """Prove that a composer file and a checkpoint write the same bars."""
    from barwise_export.rounding import round_weights
    from barwise_export.training import load_network
    from barwise_export.verify import verify as prove

    click.echo(str(prove(round_weights(load_network(checkpoint)), model)))


@commands.command()
@_path("--model", model_path(), "The composer file.")
@_path("--data", DATA, "The data set; without one, what needs it is left out.")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the corpus, for the figures of groove.")
@_path("--out", REPORT, "Where the report goes, and what is finished is kept.")
@_path("--ablations", ABLATIONS, "What `ablate` has printed, to be shown beside the likelihood.")
@click.option("--only", multiple=True, metavar="SECTION", help="Measure this section alone; may be given again.")
@click.option("--quick", is_flag=True, help="A tenth of the sizes: to see whether all is well.")
def evaluate(
    model: Path, data: Path, corpus: Path | None, out: Path, ablations: Path, only: tuple[str, ...], quick: bool
) -> None:
    """Take all figures of a composer and write a report with plots; an interrupted one goes on."""
    from barwise_export.dataset import NAMES_FILE
    from barwise_export.evaluate import evaluate as measure
    from barwise_export.figures.subject import Subject

    if not model.is_file():
        raise InputError(f"composer {model} does not exist")
    music = _dataset(data) if (data / NAMES_FILE).is_file() or data != DATA else None
    compared = ablations if ablations.is_file() else None
    found = measure(Subject(model, out, music, corpus, HELD_OUT, compared, quick), only)
    click.echo(found.markdown())


@commands.command()
@_path("--data", DATA, "The data set that prepare made.")
@_path("--runs", ABLATION_RUNS, "A file of choices for each network.")
@_path("--out", Path("out/ablations"), "Where the networks and their table go.")
@click.option("--device", default="", help="cpu or cuda; CUDA when there is one.")
def ablate(data: Path, runs: Path, out: Path, device: str) -> None:
    """Train networks that lack something, at one budget, and tell what that costs; goes on where it stopped."""
    from barwise_export.ablations import ablate as compare
    from barwise_export.figures.likelihood import ablation_table

    click.echo(ablation_table(compare(_dataset(data), runs, out, device)))


@commands.command()
@_path("--report", REPORT, "Where `evaluate` has written.")
@_path("--page", Path("export/README.md"), "The page with <!-- figures: NAME --> markers.")
@_path("--pictures", Path("docs/figures"), "Where the pictures that it shows are copied to.")
def show(report: Path, page: Path, pictures: Path) -> None:
    """Put the figures of a report into a page, between its markers."""
    from barwise_export.evaluate import read_measured
    from barwise_export.pages import fill, texts

    fill(page, texts(read_measured(report)), report, pictures)
    click.echo(f"{page}: shows the figures of {report}")


@commands.command()
@_path("--report", REPORT, "Where `evaluate` has written.")
@_path("--model", model_path(), "The composer file; its sidecar and its card lie beside it.")
def card(report: Path, model: Path) -> None:
    """Put the goals of a report into a composer file, its sidecar and its model card."""
    import json

    from barwise_export.evaluate import FIGURES_FILE
    from barwise_export.exporting import tell_figures
    from barwise_export.figures.sections import SECTIONS

    evaluation = json.loads((report / FIGURES_FILE).read_text())
    tell_figures(model, evaluation, {name: section.title for name, section in SECTIONS.items()})
    click.echo(model.with_name("MODEL_CARD.md").read_text())


@commands.command()
@_path("--corpus", None, "Folder with one folder per set of music.")
@_path("--held-out", HELD_OUT, "The pieces that are not learned from.")
@_path("--out", model_path().with_name("groove.json"), "The table to write.")
def groove(corpus: Path, held_out: Path, out: Path) -> None:
    """Learn microtiming, accents and swing from gmd's drummers, and measure them on those held out."""
    from barwise_export.groove import held_out_sessions, learn, performances, split, write_groove

    known, _ = split(performances(corpus), held_out_sessions(held_out))
    write_groove(learn(known), len(known), out)
    click.echo(f"{out}: learned from {len(known)} performances")


@commands.command("provenance-index")
@_path("--data", DATA, "The data set that the composer learned from.")
@_path("--out", index_path(), "The index that `barwise render --provenance` asks.")
def provenance_index(data: Path, out: Path) -> None:
    """Write the index of the training music that travels with the composer."""
    from barwise_export.figures.originality import measured_false_positives, training_index

    music = _dataset(data)
    index = training_index(music)
    index.save(out)
    click.echo(
        f"{out}: {out.stat().st_size / 1e6:.2f} MB, {index.grams:,} stretches of {index.pieces:,} pieces; "
        f"strange stretches taken for known: {measured_false_positives(index, music):.2%} measured on held-out music, "
        f"{index.false_positive_rate:.2%} expected"
    )


@commands.command()
@_path("--corpus", None, "Folder with one folder per set of music.")
@_path("--data", DATA, "The data set that prepare made, for the game pieces' chords.")
@_path("--out", model_path().with_name("harmony.json"), "The table to write.")
def harmony(corpus: Path, data: Path, out: Path) -> None:
    """Learn which chords follow which, where in a phrase, and which carry which mood; measure it."""
    from barwise_export.harmony_model import learn, read_lines, write_model

    music = _dataset(data)
    lines = read_lines(corpus, music)
    write_model(learn(lines.known, lines.tagged), lines, music, out)
    click.echo(f"{out}: learned from {len(lines.known)} stretches of harmony")


def _dataset(folder: Path) -> "Dataset":
    from barwise_export.dataset import NAMES_FILE, Dataset

    if not (folder / NAMES_FILE).is_file():
        raise InputError(f"data set {folder} does not exist; make it with `barwise_export prepare`")
    return Dataset.load(folder)


def main() -> int:
    """Run one command and return its exit code; bad input is one line on stderr."""
    try:
        commands(standalone_mode=False)
    except BarwiseError as error:
        click.echo(f"barwise_export: {error}", err=True)
        return BAD_INPUT
    except OSError as error:
        click.echo(f"barwise_export: {error.filename or error}: {error.strerror}", err=True)
        return BAD_INPUT
    except click.ClickException as error:
        click.echo(f"barwise_export: {error.format_message()}", err=True)
        return BAD_INPUT
    except click.Abort:
        click.echo("barwise_export: stopped; a training run goes on from its last checkpoint", err=True)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
