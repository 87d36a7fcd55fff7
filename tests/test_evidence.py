import numpy as np
import pytest

from qa_service.checks import split_source
from qa_service.dense import DenseStore
from qa_service.evidence import Evidence, gather_evidence
from qa_service.index import PolicyIndex
from qa_service.lexical import LexicalStore
from qa_service.messages import Status
from qa_service.passages import cut_passages
from qa_service.questions import read_question
from qa_service.sources import make_source
from qa_service.tokens import Tokenizer, content_lemmas
from qa_service.topicmap import TopicMap

TOKENIZER = Tokenizer()
TEXT = "クッキーを使用します。\n\n氏名を取得します。\n\n電話で承ります。\n"
# Two topics of privacy and one outside: the question is 0.6 and 0.2 about the first two.
ROUTED = np.array([0.6, 0.2, 0.2], dtype=np.float32)
EAST = np.array([[1, 0]], dtype=np.float32)
NORTH = np.array([[0, 1]], dtype=np.float32)


@pytest.fixture(scope="module")
def policy() -> PolicyIndex:
    """Three passages: the first points east, the second north, the third between."""
    source = make_source("p.ja.md", TEXT.encode())
    passages = cut_passages("p", source.text, split_source(source), TOKENIZER)
    words = [source.text[p.start : p.end] for p in passages]
    likely = np.array([[1, 0, 0.5], [0, 0.5, 0]], dtype=np.float32)
    return PolicyIndex(
        source=source,
        sections=(),
        passages=passages,
        dense=DenseStore.build(np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)),
        lexical=LexicalStore.build([content_lemmas(TOKENIZER.tokenize(text)) for text in words]),
        topic_map=TopicMap(likely, likely, (Status.ANSWERED, None)),
        routed=np.log(np.full((3, 2), 0.5, dtype=np.float32)),
    )


def gather(
    policy: PolicyIndex, vector: np.ndarray = EAST, weight: float = 1.0, text: str = "クッキーは？"
) -> Evidence:
    return gather_evidence(read_question(text, TOKENIZER), policy, vector, ROUTED, weight)


def column(evidence: Evidence, expected: list[float]) -> bool:
    """Whether some column has these values."""
    return any(np.allclose(one, expected, atol=1e-6) for one in evidence.columns.T)


def test_every_passage_has_a_row_of_finite_numbers(policy):
    evidence = gather(policy)
    assert len(evidence.columns) == 3
    assert evidence.columns.dtype == np.float32
    assert np.isfinite(evidence.columns).all()


def test_a_passage_is_mapped_by_its_value_under_the_questions_topics(policy):
    # 0.6 x 1, then 0.2 x 0.5, then 0.6 x 0.5.
    assert gather(policy).mapped.tolist() == pytest.approx([0.6, 0.1, 0.3])
    assert column(gather(policy), [0.6, 0.1, 0.3])
    assert column(gather(policy), [0.0, -0.5, -0.3])


def test_a_second_topic_speaks_by_its_square_root(policy):
    first, second = np.sqrt([0.6, 0.2]) * 0.8 / np.sqrt([0.6, 0.2]).sum()
    assert column(gather(policy), [first, second / 2, first / 2])


def test_the_likeliest_topics_own_values_and_the_ranks_are_columns(policy):
    assert column(gather(policy), [1.0, 0.0, 0.5])
    assert column(gather(policy), [2 / 3, 0.0, 1 / 3])


def test_dense_and_lexical_scores_are_those_of_the_stores(policy):
    evidence = gather(policy)
    assert evidence.dense.tolist() == pytest.approx([1.0, 0.0, 0.6])
    assert evidence.lexical[0] > 0
    assert evidence.lexical[1:].tolist() == [0, 0]
    assert column(evidence, [1.0, 0.0, 0.6])
    assert column(evidence, [0.0, -1.0, -0.4])
    assert column(evidence, evidence.lexical.tolist())


def test_without_a_weight_likeness_is_in_no_column(policy):
    east, north = (gather(policy, vector, 0.0) for vector in (EAST, NORTH))
    assert np.array_equal(east.columns, north.columns)
    assert north.dense.tolist() == pytest.approx([0.0, 1.0, 0.8])
    assert not np.array_equal(gather(policy, EAST).columns, gather(policy, NORTH).columns)


def test_what_the_policy_shares_with_the_question_is_a_share_of_its_words(policy):
    assert column(gather(policy, text="クッキー"), [1.0, 0.0, 0.0])
    # 「天気」 stands nowhere and weighs as much as a word of one passage.
    assert column(gather(policy, text="クッキー 天気"), [0.5, 0.0, 0.0])


def test_a_question_without_words_is_evidence_too(policy):
    evidence = gather(policy, np.zeros((1, 2), dtype=np.float32), text="？？")
    assert np.isfinite(evidence.columns).all()
    assert evidence.lexical.tolist() == [0, 0, 0]
