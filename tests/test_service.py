from dataclasses import replace

import pytest

from qa_service.errors import UnknownPolicy
from qa_service.sources import hash_span


def test_a_follow_up_is_understood_through_the_question_before_it(service):
    alone = service.ask("それはどこの会社？")
    following = service.ask("それはどこの会社？", previous=["個人情報を共同利用する相手はいますか"])
    assert "4" in {excerpt.section.id for excerpt in following.excerpts}
    assert following.excerpts != alone.excerpts


def test_a_chain_of_follow_ups_reaches_back_to_its_topic(service):
    chain = ["個人情報を共同利用する相手はいますか", "それはどこの会社？"]
    assert "4" in {e.section.id for e in service.ask("目的は？", previous=chain).excerpts}


def test_a_question_that_stands_alone_ignores_what_was_asked_before(service):
    before = ["クッキーを使いますか"]
    for question in ("その他の利用目的を教えてください", "誰に連絡すればよいですか"):
        assert service.ask(question, previous=before).excerpts == service.ask(question).excerpts


def test_a_set_language_decides_messages_and_translations_alone(service):
    japanese, english = (service.ask("クッキー", lang=lang) for lang in ("ja", "en"))
    assert (japanese.lang, english.lang) == ("ja", "en")
    assert [one.translation for one in japanese.excerpts] == [None] * len(japanese.excerpts)
    assert all(one.translation for one in english.excerpts)
    bare = [replace(one, translation=None) for one in english.excerpts]
    assert list(japanese.excerpts) == bare != []


def test_a_search_shows_translations_to_who_searches_in_english(service):
    (japanese,) = service.search("クッキー等の技術を利用する場合", k=1)
    (english,) = service.search("Do you use cookies?", k=1)
    assert japanese.excerpt.translation is None
    assert english.excerpt.section.id == "8"
    assert english.excerpt.translation.text.startswith("SmartWeb may use technologies")


def test_search_never_abstains_and_returns_the_best_k(service):
    found = service.search("今日の天気は？", k=5)
    assert len(found) == 5
    scores = [one.hit.score for one in found]
    assert scores == sorted(scores, reverse=True)


def test_verify_tells_held_changed_and_impossible_citations_apart(service):
    text = service.policy().source.text
    good = hash_span(text[100:120])
    assert service.verify(None, 100, 120, good).valid
    assert service.verify(None, 100, 120, good.upper()).valid
    changed = service.verify(None, 101, 120, good)
    assert (changed.valid, changed.reason) == (False, "the policy's words at this span are others")
    for start, end in [(5, 5), (6, 5), (0, len(text) + 1)]:
        assert service.verify(None, start, end, good).reason == "the span is not inside the policy"


def test_an_unknown_policy_is_an_error_everywhere(service):
    for call in (
        lambda: service.ask("クッキー", policy_id="x"),
        lambda: service.search("クッキー", 1, "x"),
        lambda: service.verify("x", 0, 1, "0"),
    ):
        with pytest.raises(UnknownPolicy):
            call()
