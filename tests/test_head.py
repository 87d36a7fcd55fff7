import numpy as np
import pytest

from qa_service.errors import BadModel
from qa_service.head import TopicHead
from qa_service.router import Voice
from qa_service.topics import read_topics

N_TOPICS = len(read_topics())


@pytest.fixture
def head() -> TopicHead:
    """Reads vectors of two numbers: a question's first is topic 0, a clause's first topic 1."""
    output = np.zeros((2, N_TOPICS, 2), dtype=np.float32)
    output[Voice.QUESTION, 0, 0] = output[Voice.CLAUSE, 1, 0] = np.log(3)
    bias = np.zeros((2, N_TOPICS), dtype=np.float32)
    clauses = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    return TopicHead(output, bias, clauses, np.array([0, 0, 1]), "some-model", "")


def test_a_vector_leads_to_topics_by_who_speaks(head):
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)
    asked, declared = (head.route(vectors, voice) for voice in (Voice.QUESTION, Voice.CLAUSE))
    # One topic has three times the weight of each other.
    assert asked[0, 0] == pytest.approx(3 / (3 + N_TOPICS - 1))
    assert declared[0, 1] == pytest.approx(3 / (3 + N_TOPICS - 1))
    assert asked[1] == pytest.approx(1 / N_TOPICS)
    assert asked.sum(axis=1) == pytest.approx(1.0, abs=1e-6)


def test_several_topics_may_speak_at_once_where_they_are_scored_alone(head):
    scores = head.score(np.array([[2, 0]], dtype=np.float32), Voice.CLAUSE)
    assert scores[0, :3] == pytest.approx([0, 2 * np.log(3), 0])


def test_a_topic_is_alike_by_the_mean_of_its_most_like_clauses(head):
    alike = head.compare(np.array([[1, 0], [0, 1]], dtype=np.float32), 2)
    assert alike == pytest.approx(np.array([[0.8, 0.0], [0.4, 1.0]]))


def test_a_written_head_comes_back_with_equal_bytes(head, tmp_path):
    head.write(tmp_path / "one.npz")
    again = TopicHead.load(tmp_path / "one.npz", "some-model")
    again.write(tmp_path / "two.npz")
    assert np.allclose(again.output, head.output, atol=1e-3)
    assert np.allclose(again.clauses, head.clauses, atol=1e-2)
    assert again.clause_topics.tolist() == [0, 0, 1]
    assert len(again.sha256) == 64
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "one.npz").read_bytes()


def test_the_head_of_another_model_is_refused(head, tmp_path):
    head.write(tmp_path / "head.npz")
    with pytest.raises(BadModel, match="belongs to another model"):
        TopicHead.load(tmp_path / "head.npz", "another-model")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not an archive"])
def test_a_broken_file_is_refused(content, tmp_path):
    path = tmp_path / "head.npz"
    path.write_bytes(content)
    with pytest.raises(BadModel, match="cannot be read"):
        TopicHead.load(path, "some-model")
