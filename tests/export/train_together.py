"""One of the processes that torchrun starts for test_workers.py: trains, and keeps the weights it ends with."""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from barwise_export.training import Trainer
from barwise_export.workers import join
from tests.export.test_training import DATA, RUN


def main(folder: Path, steps: int) -> None:
    """Train in a folder for so many steps in all."""
    workers, device = join("cpu")
    trainer = Trainer(replace(RUN, steps=steps), DATA, folder, str(device), workers)
    trainer.resume()
    before = trainer.progress.step
    trainer.train()
    weights = torch.cat([weight.detach().flatten() for weight in trainer.network.parameters()])
    torch.save({"weights": weights, "before": before, "count": workers.count}, folder / f"process-{workers.rank}.pt")
    workers.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
