from dataclasses import replace

import numpy as np
import pytest

from qa_service.checks import split_source
from qa_service.embedding import Encoder
from qa_service.passages import cut_passages
from qa_service.proposals import Proposer
from qa_service.reader import Reader
from qa_service.router import Voice
from qa_service.settings import SHIPPED_READER
from qa_service.sources import make_source
from qa_service.topicmap import privacy_topics
from qa_service.wordings import read_wordings

POLICY = """# 方針

## 1. 取得する情報

当社は、氏名、住所および電話番号を取得します。

## 2. クッキー

当社のウェブサイトでは、クッキー（Cookie）を使用しています。

## 3. お問い合わせ

お問い合わせは、お電話（03-0000-0000）で承ります。
"""
NUMBER = {topic.id: number for number, topic in enumerate(privacy_topics())}
ITEMS, COOKIE, PHONE = 0, 1, 2


@pytest.fixture(scope="module")
def proposer(reader) -> Proposer:
    return Proposer.build(reader)


@pytest.fixture(scope="module")
def by_words(tiny_model) -> Proposer:
    """A proposer for a model without head and calibration of its own."""
    return Proposer.build(Reader.open(Encoder.load(str(tiny_model)), SHIPPED_READER))


@pytest.fixture(scope="module")
def wordings(tokenizer):
    source = make_source("p.ja.md", POLICY.encode())
    passages = cut_passages("p", source.text, split_source(source), tokenizer)
    return read_wordings(source.text, passages)


@pytest.fixture(scope="module")
def proposed(proposer, wordings):
    return proposer.propose(wordings)


@pytest.mark.parametrize(
    ("topic", "passage"),
    [("collection.items", ITEMS), ("cookie.use", COOKIE), ("contact.phone", PHONE)],
)
def test_the_sentence_about_a_topic_is_its_best_proposal(proposed, topic, passage):
    likely = proposed[NUMBER[topic]]
    assert likely.argmax() == passage
    assert likely[passage] > 0.5


@pytest.mark.parametrize("topic", ["retention.period", "children.minors", "gdpr.eu"])
def test_nothing_is_proposed_for_a_topic_on_which_the_policy_is_silent(proposed, topic):
    assert proposed[NUMBER[topic]].max() < 0.3


def test_a_proposal_has_a_probability_for_every_topic_and_passage(proposed):
    assert proposed.shape == (129, 3)
    assert proposed.dtype == np.float32
    assert ((proposed >= 0) & (proposed <= 1)).all()


def test_a_policy_of_one_passage_can_be_proposed_for(proposer, wordings):
    alone = proposer.propose(wordings[COOKIE : COOKIE + 1])
    assert alone.shape == (129, 1)
    assert np.isfinite(alone).all()
    assert alone[:, 0].argmax() == NUMBER["cookie.use"]


def test_a_proposal_depends_on_vectors_where_the_model_is_known(proposer, proposed, wordings):
    head = proposer.reader.head
    turned = replace(proposer.reader, head=replace(head, output=-head.output))
    assert not np.allclose(replace(proposer, reader=turned).propose(wordings), proposed)


def test_a_model_without_head_is_proposed_for_by_words_alone(by_words, wordings):
    assert by_words.reader.head is None
    proposed = by_words.propose(wordings)
    assert proposed[NUMBER["cookie.use"]].argmax() == COOKIE


def test_evidence_has_the_routers_logarithm_of_a_passages_own_words_first(proposer, wordings):
    evidence = proposer.gather_evidence(wordings)
    own = proposer.route([wording.own for wording in wordings], Voice.CLAUSE)
    assert np.allclose(evidence[:, :, 0], own)
    assert np.isfinite(evidence).all()
    assert own[COOKIE].argmax() == NUMBER["cookie.use"]


def test_a_word_weighs_its_share_of_the_clauses_of_each_topic(proposer):
    # 「クッキー」 stands in clauses of several topics, most often in those on cookies.
    weights = proposer.words["Lクッキー"]
    assert weights.sum() == pytest.approx(1.0, abs=1e-4)
    assert privacy_topics()[int(weights.argmax())].id.startswith("cookie.")
