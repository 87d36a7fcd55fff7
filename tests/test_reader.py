import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.calibration import ANY_ENCODER
from qa_service.embedding import Encoder
from qa_service.errors import BadModel
from qa_service.head import TopicHead
from qa_service.reader import (
    ANY_MODEL_FILE,
    CALIBRATION_FILE,
    HEAD_FILE,
    ROUTER_FILE,
    Reader,
    hash_readers,
)
from qa_service.router import Router, Voice
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.tokens import normalize
from qa_service.topics import read_topics


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
    assert reader.calibration.router == hash_readers(reader.router, reader.head)


def test_another_model_is_judged_by_topics_and_words_alone(tiny_model):
    reader = Reader.open(Encoder.load(str(tiny_model)), SHIPPED_READER)
    assert reader.head is None
    assert reader.calibration.encoder == ANY_ENCODER
    assert reader.calibration.vector_weight == 0.0


def test_topics_are_read_from_words_and_from_the_vector_and_both_count(reader):
    text, tokens = "クッキーは使いますか", reader.tokenizer.tokenize("クッキーは使いますか")
    vector = reader.encoder.encode_questions([text])
    by_words = reader.router.route(text, tokens, Voice.QUESTION)
    by_vector = reader.head.route(vector, Voice.QUESTION)[0]
    mixed = reader.route(text, tokens, vector, Voice.QUESTION)
    assert mixed.sum() == pytest.approx(1.0, abs=1e-5)
    # In the mean of logarithms, the ratio of two topics lies between what the two readers say.
    first, other = np.argsort(-mixed)[[0, 40]]
    ratios = [np.log(likely[first] / likely[other]) for likely in (by_words, by_vector)]
    assert min(ratios) < np.log(mixed[first] / mixed[other]) < max(ratios)
    without = replace(reader, head=None)
    assert np.array_equal(without.route(text, tokens, vector, Voice.QUESTION), by_words)


def test_texts_are_routed_together_as_they_are_alone(reader):
    texts = ["ｸｯｷｰは使いますか", "お電話番号は"]
    together = reader.route_all(texts, reader.encode(texts, Voice.CLAUSE), Voice.CLAUSE)
    assert together.shape == (2, len(read_topics()))
    for text, row in zip(texts, together, strict=True):
        normal = normalize(text)
        vector = reader.encoder.encode_passages([text])
        alone = reader.route(normal, reader.tokenizer.tokenize(normal), vector, Voice.CLAUSE)
        assert np.allclose(row, alone, atol=1e-6)


def test_the_head_of_another_model_is_refused(shipped, folder):
    head = TopicHead.load(folder / HEAD_FILE, shipped.sha256)
    replace(head, encoder="another").write(folder / HEAD_FILE)
    with pytest.raises(BadModel, match=f"{HEAD_FILE}.*another model"):
        Reader.open(shipped, folder)


def test_the_facts_are_the_hashes_of_what_reads_topics_and_of_the_calibration(shipped):
    reader = Reader.open(shipped, SHIPPED_READER)
    assert reader.facts == {
        "router": hash_readers(reader.router, reader.head),
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
