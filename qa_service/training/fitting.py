"""Fits a Scorer to rows of evidence: some small networks by logistic loss, averaged into one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from qa_service.scorer import MAX_DEVIATIONS, Scorer

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScorerRecipe:
    """The numbers of one fit: `networks` small ones are averaged into one scorer."""

    networks: int = 5
    hidden: int = 8
    epochs: int = 12
    rows_per_batch: int = 2048
    learning_rate: float = 0.005
    weight_decay: float = 0.02
    dropout: float = 0.15
    folds: int = 4
    # Each policy is asked so many of the held-back questions beside its own.
    questions_per_policy: int = 105
    seed: int = 17
    n_threads: int = 2


def fit_scorer(recipe: ScorerRecipe, evidence: Floats, positives: npt.NDArray[np.bool_]) -> Scorer:
    """Fit some small networks by logistic loss and average them; repeatable by seed."""
    blank = blank_scorer(evidence.shape[1])
    scaled = replace(
        blank, mean=evidence.mean(axis=0), deviation=evidence.std(axis=0) + np.float32(1e-6)
    )
    rows = torch.from_numpy(
        np.clip(
            (evidence - scaled.mean) / scaled.deviation, -MAX_DEVIATIONS, MAX_DEVIATIONS
        ).astype(np.float32)
    )
    wanted = torch.from_numpy(positives.astype(np.float32))
    networks = [_fit_network(recipe, rows, wanted, number) for number in range(recipe.networks)]
    return replace(
        scaled,
        hidden=_numpy(torch.cat([network.hidden.weight for network in networks]).T),
        hidden_bias=_numpy(torch.cat([network.hidden.bias for network in networks])),
        output=_numpy(torch.cat([n.output.weight[0] for n in networks]) / recipe.networks),
        bias=_numpy(torch.stack([network.output.bias for network in networks]).mean(dim=0)),
    )


class _Network(nn.Module):
    def __init__(self, recipe: ScorerRecipe, n_columns: int) -> None:
        super().__init__()
        self.dropout = nn.Dropout(recipe.dropout)
        self.hidden = nn.Linear(n_columns, recipe.hidden)
        self.output = nn.Linear(recipe.hidden, 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.output(torch.tanh(self.hidden(self.dropout(rows))))
        return logits[:, 0]


def _fit_network(
    recipe: ScorerRecipe, rows: torch.Tensor, wanted: torch.Tensor, number: int
) -> _Network:
    torch.manual_seed(recipe.seed + number)
    network = _Network(recipe, rows.shape[1])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, recipe.epochs)
    for _ in range(recipe.epochs):
        for batch in torch.split(torch.randperm(len(rows)), recipe.rows_per_batch):
            optimizer.zero_grad()
            logits = network(rows[batch])
            torch.autograd.backward(
                functional.binary_cross_entropy_with_logits(logits, wanted[batch])
            )
            optimizer.step()
        schedule.step()
    return network


def blank_scorer(n_columns: int) -> Scorer:
    """Return a scorer of so many columns that has learnt nothing."""
    columns, unit = np.zeros(n_columns, dtype=np.float32), np.zeros(1, dtype=np.float32)
    return Scorer(columns, columns + 1, columns[:, None], unit, unit, unit)


def _numpy(tensor: torch.Tensor) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32)
