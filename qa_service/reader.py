"""Opens everything that reads text, and refuses parts that do not belong together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from qa_service.calibration import Calibration, read_owner
from qa_service.embedding import Encoder
from qa_service.router import Router
from qa_service.tokens import Tokenizer

ROUTER_FILE = "router.npz"
CALIBRATION_FILE = "calibration.npz"
ANY_MODEL_FILE = "calibration-any-model.npz"


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder, and the router and calibration that go with it; shared by index and service."""

    encoder: Encoder
    tokenizer: Tokenizer
    router: Router
    calibration: Calibration

    @classmethod
    def open(cls, encoder: Encoder, folder: Path) -> Self:
        """Return the reader of an encoder; `folder` has the router and the calibrations.

        An encoder without a calibration of its own is judged by topics and words alone.

        Raises:
            BadModel: a file cannot be read, or belongs to other topics or to another router.
        """
        router = Router.load(folder / ROUTER_FILE)
        is_own = read_owner(folder / CALIBRATION_FILE) == encoder.sha256
        path = folder / (CALIBRATION_FILE if is_own else ANY_MODEL_FILE)
        calibration = Calibration.load(path, encoder.sha256, router.sha256)
        return cls(encoder, Tokenizer(), router, calibration)

    @property
    def facts(self) -> dict[str, str]:
        """Return the hashes that an index built with this reader depends on."""
        return {"router": self.router.sha256, "calibration": self.calibration.sha256}
