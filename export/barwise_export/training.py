"""Training: batches through the network until held-out loss stops falling. Resumes where it stopped.

Under torchrun several processes train together (workers.py): a step then has the streams of all of them.
"""

import io
import json
import math
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from barwise.composing import vocabulary as v
from barwise.errors import InputError
from barwise_export.batches import Chunks, Noise, collate, piece_chunks
from barwise_export.dataset import TRAIN, VALID, Dataset
from barwise_export.model import BarNetwork, Batch, ModelConfig
from barwise_export.runs import Run
from barwise_export.workers import Workers

CHECKPOINT = "last.pt"
BEST = "best.pt"
LOG = "log.jsonl"
HELD_OUT_ROWS = 12_000
"""Rows of each source over which held-out loss is taken while training."""

NO_NOISE = Noise()
ALONE = Workers()


@dataclass
class Progress:
    """How far a run is; kept in its checkpoint."""

    step: int = 0
    seconds: float = 0.0
    best: float = math.inf
    stale: int = 0


def field_losses(logits: list[Tensor], batch: Batch) -> Tensor:
    """Negative log-likelihood of each field of each row, in nats, weighted: [B, T, 5]."""
    losses = [
        nn.functional.cross_entropy(logit.flatten(0, 1).float(), batch.target[..., n].flatten(), reduction="none")
        for n, logit in enumerate(logits)
    ]
    return torch.stack(losses, -1).view(*batch.target.shape) * batch.weight


def held_out_losses(
    network: BarNetwork,
    data: Dataset,
    split: int,
    rows: int = HELD_OUT_ROWS,
    noise: Noise = NO_NOISE,
    asked: Collection[str] = (),
) -> dict[str, dict[str, float]]:
    """Nats per row of each field, and of all, for each source of a split: unaugmented pieces from their start.

    The noise is for what a network has never seen. Only the sources that are asked are measured; none named, all.
    """
    was_training = network.training
    network.eval()
    losses = {}
    for number, source in enumerate(source_names(data)):
        of_source = (data.piece_source == number) & (data.piece_split == split) & (data.piece_variant == 0)
        if len(pieces := np.flatnonzero(of_source)) and (not asked or source in asked):
            losses[source] = _mean_losses(network, _side_by_side(data, pieces, rows, noise))
    network.train(was_training)
    return losses


def on_device(batch: Batch, device: torch.device) -> Batch:
    """The batch where the network is."""
    return Batch(*(part.to(device) for part in batch))


@torch.no_grad()
def _mean_losses(network: BarNetwork, groups: Iterable[list[Batch]]) -> dict[str, float]:
    totals, count = torch.zeros(v.FIELDS, dtype=torch.float64), 0
    device = network.query.weight.device
    for batches in groups:
        state = network.initial_state(len(batches[0].target))
        for batch in (on_device(batch, device) for batch in batches):
            logits, state = network(batch, state[: len(batch.target)])
            totals += field_losses(logits, batch).sum((0, 1)).double().cpu()
            count += int(batch.weight[..., 0].sum())
    means = (totals / max(count, 1)).tolist()
    return dict(zip(v.FIELD_NAMES, means, strict=True)) | {"all": sum(means)}


def _side_by_side(
    data: Dataset, pieces: NDArray[np.int64], rows: int, noise: Noise, width: int = 16
) -> Iterator[list[Batch]]:
    """Groups of pieces in step, about `rows` rows in all: each a list of batches to run in order.

    The longest piece of a group comes first, so that later batches hold its first pieces only.
    """
    random = np.random.default_rng(0)
    chunked = [piece_chunks(data, int(piece), 256)[: max(rows // len(pieces) // 256, 1)] for piece in pieces]
    chunked.sort(key=len, reverse=True)
    for first in range(0, len(chunked), width):
        group = chunked[first : first + width]
        yield [
            collate(data, [chunks[n] for chunks in group if n < len(chunks)], noise, random)
            for n in range(len(group[0]))
        ]


class Trainer:
    """One run in a folder: last.pt to resume from, best.pt to export, log.jsonl to read."""

    def __init__(self, run: Run, data: Dataset, folder: Path, device: str = "", workers: Workers = ALONE) -> None:
        self.run, self.data, self.folder, self.workers = run, data, folder, workers
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        torch.manual_seed(run.seed)
        self.network = BarNetwork(run.model).to(self.device)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=run.learning_rate, weight_decay=run.weight_decay, betas=(0.9, 0.98)
        )
        self.progress = Progress()
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self) -> bool:
        """Go on from the folder's checkpoint; False when there is none.

        Only the first of several processes needs it: the others are given its state when they train.
        """
        if not self.workers.is_first:
            return True
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        saved = load_checkpoint(path, self.device)
        if saved["model"] != self.run.model.as_dict():
            raise InputError(f"checkpoint {path} is of another model; choose another --out or delete it")
        self._load(saved)
        return True

    def _load(self, saved: Mapping[str, Any]) -> None:
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.progress = Progress(**saved["progress"])

    def start_from(self, path: Path) -> None:
        """Begin with the weights of another run; what it lacks keeps its first values, what it has too many is left."""
        saved = load_checkpoint(path, self.device)
        try:
            missing, unknown = self.network.load_state_dict(saved["network"], strict=False)
        except RuntimeError as error:
            raise InputError(f"checkpoint {path} is of a network of other sizes") from error
        new, left = (", ".join(names) or "nothing" for names in (missing, unknown))
        tqdm.write(f"started from {path}; new: {new}; left: {left}")

    def train(self) -> None:
        """Until the run's steps, hours or patience are spent."""
        self._begin_together()
        chunks = iter(self._chunks())
        state = self.network.initial_state(self.run.streams)
        bar = tqdm(
            total=self.run.steps,
            initial=self.progress.step,
            desc=self.run.name,
            unit="step",
            disable=not self.workers.is_first,
        )
        began, before = time.monotonic(), self.progress.seconds
        while not self._is_over():
            batch, fresh = next(chunks)
            loss, state = self._step(on_device(batch, self.device), state, fresh.to(self.device))
            self.progress.step += 1
            self.progress.seconds = self.workers.agree_on_number(before + time.monotonic() - began, self.device)
            bar.update()
            bar.set_postfix(loss=f"{loss:.3f}", best=f"{self.progress.best:.3f}")
            if self.progress.step % self.run.evaluate_every == 0 or self._is_over():
                self._evaluate(loss)
        bar.close()

    def _begin_together(self) -> None:
        """Every process begins as the first one, and then goes its own ways through the music."""
        if self.workers.count == 1:
            return
        first = io.BytesIO()
        torch.save(self._state(), first)
        first = io.BytesIO(self.workers.agree(first.getvalue()))
        self._load(torch.load(first, map_location=self.device, weights_only=True))
        torch.manual_seed(self.run.seed + self.workers.rank)  # for dropout

    def _is_over(self) -> bool:
        return self._share_done() >= 1 or self.progress.stale >= self.run.patience

    def _share_done(self) -> float:
        return max(self.progress.step / self.run.steps, self.progress.seconds / 3600 / self.run.max_hours)

    def _step(self, batch: Batch, state: Tensor, fresh: Tensor) -> tuple[float, Tensor]:
        state = torch.where(fresh[:, None], 0.0, state)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.run.mixed_precision):
            logits, state = self.network(batch, state)
        loss = field_losses(logits, batch).sum() / batch.weight[..., 0].sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.workers.average(self.network.parameters())
        nn.utils.clip_grad_norm_(self.network.parameters(), self.run.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        self.optimizer.step()
        return float(loss.detach()), state.detach().float()

    def _learning_rate(self) -> float:
        """A short rise, then a half cosine down to a fiftieth."""
        rise = min((self.progress.step + 1) / self.run.warmup_steps, 1.0)
        fall = 0.02 + 0.98 * (1 + math.cos(math.pi * min(self._share_done(), 1.0))) / 2
        return self.run.learning_rate * rise * fall

    def _chunks(self) -> Chunks:
        pieces, chances = piece_chances(self.data, self.run.sources)
        run = self.run
        noise = Noise(run.reference_dropout, run.condition_dropout, run.condition_noise, run.tempo_noise)
        own = [self.workers.rank] if self.workers.rank else []
        random = np.random.default_rng([run.seed, self.progress.step, *own])
        return Chunks(self.data, pieces, chances, run.streams, run.rows, random, noise)

    def _evaluate(self, loss: float) -> None:
        losses: dict[str, dict[str, float]] = {}
        if self.workers.is_first:
            losses = held_out_losses(self.network, self.data, VALID, noise=unseen(self.run), asked=self.run.sources)
        score = weighted_loss(losses, self.run.sources) if losses else 0.0
        score = self.workers.agree_on_number(score, self.device)
        better = score < self.progress.best
        self.progress.best = min(score, self.progress.best)
        self.progress.stale = 0 if better else self.progress.stale + 1
        if self.workers.is_first:
            self._keep(loss, score, losses, better)

    def _keep(self, loss: float, score: float, losses: Mapping[str, Mapping[str, float]], better: bool) -> None:
        """Checkpoints and a line of the log."""
        self._save(CHECKPOINT)
        if better:
            self._save(BEST)
        line = {**asdict(self.progress), "train": loss, "held_out": score, "by_source": losses}
        with (self.folder / LOG).open("a") as log:
            log.write(json.dumps(line) + "\n")
        tqdm.write(f"step {self.progress.step}: train {loss:.3f}, held out {score:.3f} nats a row")

    def _save(self, name: str) -> None:
        _write(self.folder / name, self._state())

    def _state(self) -> dict[str, Any]:
        return {
            "model": self.run.model.as_dict(),
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
            "run": self.run.name,
            "vocabulary_hash": v.vocabulary_hash(),
        }


def unseen(run: Run) -> Noise:
    """What a run's network has never seen, hidden while it is measured too."""
    return Noise(float(run.reference_dropout >= 1), float(run.condition_dropout >= 1))


def piece_chances(data: Dataset, sources: Mapping[str, float]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Training pieces and the chance of each: a source's share spread over its pieces by their rows.

    The whole piece and its variants share a piece's weight, the whole piece half of it.
    """
    rows = np.diff(data.bar_first[data.piece_first])
    weight = np.zeros(len(rows))
    names = source_names(data)
    for source, share in sources.items():
        if source not in names:
            raise InputError(f"source {source!r} is not in the data set; allowed: {', '.join(names)}")
        mine = (data.piece_source == names.index(source)) & (data.piece_split == TRAIN)
        by_rows = np.where(mine, np.minimum(rows, 6000) * np.where(data.piece_variant == 0, 1.0, 0.5), 0)
        if not by_rows.any():
            raise InputError(f"source {source!r} has no pieces to train on; leave it out of the run")
        weight += share * by_rows / by_rows.sum()
    pieces = np.flatnonzero(weight)
    # Chances are of being opened; a piece then gives all of its rows.
    chances = weight[pieces] / rows[pieces]
    return pieces, chances / chances.sum()


def source_names(data: Dataset) -> list[str]:
    """Names of the data set's sources, in the order of their numbers."""
    return [source.name for source in data.names.sources]


def weighted_loss(losses: Mapping[str, Mapping[str, float]], sources: Mapping[str, float]) -> float:
    """Held-out nats per row over the sources by their shares."""
    shares = {source: share for source, share in sources.items() if source in losses}
    return sum(share * losses[source]["all"] for source, share in shares.items()) / sum(shares.values())


def load_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """A checkpoint's values, without running anything that it holds."""
    try:
        saved: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except OSError as error:
        raise InputError(f"checkpoint {path} cannot be read: {error.strerror}") from error
    except Exception as error:  # torch's errors share no root and fill a page
        raise InputError(f"checkpoint {path} is not one") from error
    if not isinstance(saved, dict) or saved.get("vocabulary_hash") != v.vocabulary_hash():
        raise InputError(f"checkpoint {path} is of another vocabulary; train again")
    return saved


def load_network(path: Path) -> BarNetwork:
    """The trained network of a checkpoint, ready to use."""
    saved = load_checkpoint(path)
    network = BarNetwork(ModelConfig(**saved["model"]))
    network.load_state_dict(saved["network"])
    return network.eval()


def save_network(path: Path, network: BarNetwork, saved: Mapping[str, Any]) -> None:
    """Write a checkpoint again with other weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, {**saved, "network": network.state_dict()})


def _write(path: Path, values: Mapping[str, Any]) -> None:
    """Written beside and moved into place, so that a kill leaves the old one."""
    beside = path.with_name(path.name + ".part")
    torch.save(dict(values), beside)
    beside.replace(path)
