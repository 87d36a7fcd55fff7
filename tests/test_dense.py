import numpy as np

from qa_service.dense import DenseStore

VECTORS = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)


def test_scores_are_cosines_in_passage_order():
    scores = DenseStore.build(VECTORS).scores(np.array([[1, 0]], dtype=np.float32))
    assert scores.tolist() == [1.0, 0.0, -1.0, np.float32(0.6)]


def test_a_written_store_scores_exactly_as_before(tmp_path):
    store = DenseStore.build(VECTORS)
    store.write(tmp_path / "dense.faiss")
    read = DenseStore.read(tmp_path / "dense.faiss")
    assert read.n_passages == 4
    assert np.array_equal(read.scores(VECTORS[3:]), store.scores(VECTORS[3:]))
