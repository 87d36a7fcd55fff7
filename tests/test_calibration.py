from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.calibration import ANY_ENCODER, Calibration, Thresholds
from qa_service.errors import BadModel
from qa_service.scorer import Scorer

# A different number for each, so that none is read as another.
THRESHOLDS = Thresholds(**{field.name: (i + 1) / 16 for i, field in enumerate(fields(Thresholds))})
EVIDENCE = np.array([[1.0]], dtype=np.float32)


def constant(logit: float) -> Scorer:
    """A scorer that gives every row of one column the same probability."""
    nothing, one = np.zeros(1, dtype=np.float32), np.ones(1, dtype=np.float32)
    return Scorer(nothing, one, nothing[:, None], nothing, nothing, one * np.float32(logit))


@pytest.fixture
def calibration() -> Calibration:
    return Calibration(
        encoder="encoder",
        router="router",
        proposal=constant(0),
        acceptance=constant(np.log(3)),
        settlement=constant(-np.log(3)),
        thresholds=THRESHOLDS,
        sha256="",
    )


@pytest.fixture
def path(calibration, tmp_path) -> Path:
    calibration.write(tmp_path / "calibration.npz")
    return tmp_path / "calibration.npz"


def test_a_written_calibration_judges_as_before_and_is_written_in_equal_bytes(path, tmp_path):
    loaded = Calibration.load(path, "encoder", "router")
    assert (loaded.encoder, loaded.router) == ("encoder", "router")
    assert loaded.thresholds == THRESHOLDS
    scorers = (loaded.proposal, loaded.acceptance, loaded.settlement)
    assert [one.score(EVIDENCE)[0] for one in scorers] == pytest.approx([0.5, 0.75, 0.25])
    loaded.write(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()
    assert Calibration.load(tmp_path / "again.npz", "encoder", "router").sha256 == loaded.sha256


def test_a_calibration_of_another_encoder_is_refused(path):
    with pytest.raises(BadModel, match="belongs to another model"):
        Calibration.load(path, "other", "router")


def test_a_calibration_of_another_router_is_refused(path):
    with pytest.raises(BadModel, match="another router or topic list"):
        Calibration.load(path, "encoder", "other")


def test_a_calibration_of_another_topic_list_is_refused(path):
    _change(path, topics=np.array("0" * 64))
    with pytest.raises(BadModel, match="another router or topic list"):
        Calibration.load(path, "encoder", "router")


def test_the_calibration_of_any_encoder_serves_each_and_ignores_likeness(calibration, path):
    assert calibration.vector_weight == 1.0
    replace(calibration, encoder=ANY_ENCODER).write(path)
    loaded = Calibration.load(path, "whatever", "router")
    assert (loaded.encoder, loaded.vector_weight) == (ANY_ENCODER, 0.0)
    with pytest.raises(BadModel, match="another router"):
        Calibration.load(path, "whatever", "other")


def test_a_file_that_is_missing_broken_or_lacks_a_part_is_refused(path, tmp_path):
    (tmp_path / "broken.npz").write_bytes(b"calibration")
    _change(path, thresholds=np.array([0.1, 0.2]))
    for one in (tmp_path / "missing.npz", tmp_path / "broken.npz", path):
        with pytest.raises(BadModel, match="the calibration cannot be read"):
            Calibration.load(one, "encoder", "router")


def _change(path: Path, **arrays: np.ndarray) -> None:
    with np.load(path) as stored:
        old = dict(stored)
    np.savez(path, **{**old, **arrays})
