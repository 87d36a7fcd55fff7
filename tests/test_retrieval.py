import numpy as np

from qa_service.questions import read_question
from qa_service.retrieval import retrieve
from qa_service.topics import read_topics
from qa_service.wordings import read_wordings


def _ask(text, service):
    return retrieve(read_question(text, service.reader.tokenizer), service.policy(), service.reader)


def test_every_passage_is_the_most_like_to_its_own_text_read_as_a_passage(service):
    policy = service.policy()
    for ordinal, wording in enumerate(read_wordings(policy.source.text, policy.passages)):
        likeness = policy.dense.scores(service.reader.encoder.encode_passages([wording.full]))
        assert likeness.argmax() == ordinal
        assert np.isclose(likeness[ordinal], 1.0, atol=1e-4)


def test_all_passages_are_ranked_once_by_falling_score(service):
    hits = _ask("クッキー", service).hits
    assert sorted(hit.ordinal for hit in hits) == list(range(len(service.policy().passages)))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_equal_scores_stand_in_reading_order(service):
    hits = _ask("今日の天気は？", service).hits
    pairs = [(-hit.score, hit.ordinal) for hit in hits]
    assert pairs == sorted(pairs)


def test_the_ranking_has_the_topics_of_the_question(service):
    ranking = _ask("クッキーを無効にする方法はありますか", service)
    topics = read_topics()
    assert topics[int(ranking.routed.argmax())].id == "cookie.disable"
    assert np.isclose(ranking.routed.sum(), 1.0, atol=1e-5)


def test_a_question_without_shared_words_has_no_lexical_score(service):
    assert [hit.lexical for hit in _ask("zzz", service).hits] == [0.0] * len(
        service.policy().passages
    )


def test_scores_are_probabilities(service):
    for text in ("zzz", "クッキー", "Is my chat history shared?"):
        for hit in _ask(text, service).hits:
            assert 0.0 <= hit.score <= 1.0
            assert 0.0 <= hit.settles <= 1.0
