import shutil
from pathlib import Path

import pytest

from qa_service.calibration import ANY_ENCODER
from qa_service.embedding import Encoder
from qa_service.errors import BadModel
from qa_service.reader import ANY_MODEL_FILE, CALIBRATION_FILE, ROUTER_FILE, Reader
from qa_service.router import Router
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    return Encoder.load(str(SHIPPED_MODEL))


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(SHIPPED_READER, tmp_path / "reader"))


def test_the_shipped_model_gets_its_own_calibration(shipped):
    reader = Reader.open(shipped, SHIPPED_READER)
    assert reader.encoder is shipped
    assert reader.calibration.encoder == shipped.sha256
    assert reader.calibration.vector_weight == 1.0
    assert reader.calibration.router == reader.router.sha256


def test_another_model_is_judged_by_topics_and_words_alone(tiny_model):
    reader = Reader.open(Encoder.load(str(tiny_model)), SHIPPED_READER)
    assert reader.calibration.encoder == ANY_ENCODER
    assert reader.calibration.vector_weight == 0.0


def test_the_facts_are_the_hashes_of_router_and_calibration(shipped):
    reader = Reader.open(shipped, SHIPPED_READER)
    assert reader.facts == {
        "router": reader.router.sha256,
        "calibration": reader.calibration.sha256,
    }


def test_a_folder_without_router_is_refused(shipped, tmp_path):
    with pytest.raises(BadModel, match=rf"{ROUTER_FILE}.*cannot be read"):
        Reader.open(shipped, tmp_path)


def test_calibrations_of_another_router_are_refused(shipped, folder):
    router = Router.load(folder / ROUTER_FILE)
    router.bias[0] += 1
    router.write(folder / ROUTER_FILE)
    with pytest.raises(BadModel, match="another router"):
        Reader.open(shipped, folder)


def test_without_the_calibration_of_any_model_only_the_shipped_one_can_be_opened(
    shipped, tiny_model, folder
):
    (folder / ANY_MODEL_FILE).unlink()
    assert Reader.open(shipped, folder).calibration.encoder == shipped.sha256
    with pytest.raises(BadModel, match=f"{ANY_MODEL_FILE}.*cannot be read"):
        Reader.open(Encoder.load(str(tiny_model)), folder)


def test_a_broken_calibration_of_its_own_is_refused_and_not_replaced_in_silence(shipped, folder):
    path = folder / CALIBRATION_FILE
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadModel, match=f"{CALIBRATION_FILE}.*cannot be read"):
        Reader.open(shipped, folder)
    path.unlink()
    with pytest.raises(BadModel, match=f"{CALIBRATION_FILE}.*cannot be read"):
        Reader.open(shipped, folder)
