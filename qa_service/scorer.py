"""Turns rows of evidence into probabilities: one small network, kept as plain arrays.

Used twice: does a passage answer a topic, and does it answer a question. Trained by
`training/scorers.py`; does not know what its columns mean.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Evidence farther from its mean than so many deviations says no more than at the limit.
MAX_DEVIATIONS = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A network of one hidden layer over `f` columns with `u` units.

    `mean` and `deviation` (f,) bring a column to scale; `hidden` (f, u), `hidden_bias` (u,),
    `output` (u,) and `bias` (1,) are the layers.
    """

    mean: Floats
    deviation: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    bias: Floats

    def score(self, evidence: Floats) -> Floats:
        """Return the probability of each row of evidence `(n, f)`, shape `(n,)`."""
        scaled = (evidence - self.mean) / self.deviation
        units = np.clip(scaled, -MAX_DEVIATIONS, MAX_DEVIATIONS) @ self.hidden + self.hidden_bias
        logits = np.tanh(units) @ self.output + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-logits)), dtype=np.float32)

    def arrays(self, prefix: str) -> dict[str, Floats]:
        """Return the arrays by name, for a file that holds several scorers."""
        return {prefix + field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of_arrays(cls, stored: dict[str, Floats], prefix: str) -> Self:
        """Return the scorer whose arrays have this prefix.

        Raises:
            KeyError: there is none.
        """
        return cls(**{field.name: stored[prefix + field.name] for field in fields(cls)})
