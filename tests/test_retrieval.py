import numpy as np

from qa_service.index import embedded_text
from qa_service.questions import read_question
from qa_service.retrieval import retrieve


def _ask(text, service):
    question = read_question(text, service.tokenizer)
    return retrieve(question, service.policy(), service.encoder.encode_question(question.text))


def test_every_passage_asked_with_its_own_text_comes_first(service):
    policy = service.policy()
    for ordinal, passage in enumerate(policy.passages):
        text = embedded_text(policy.source, passage, policy.passages)[:500]
        hits = _ask(text, service)
        assert hits[0].ordinal == ordinal
        assert np.isclose(hits[0].dense, 1.0, atol=1e-3)


def test_all_passages_are_ranked_once_by_falling_score(service):
    hits = _ask("クッキー", service)
    assert sorted(hit.ordinal for hit in hits) == list(range(len(service.policy().passages)))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_question_without_shared_words_is_ranked_by_meaning_alone(service):
    hits = _ask("zzz", service)
    assert all(hit.lexical == 0 for hit in hits)
    assert [hit.dense for hit in hits] == sorted((hit.dense for hit in hits), reverse=True)
