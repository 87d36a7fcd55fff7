import numpy as np
import pytest

from qa_service.scope import Scope

EAST, WEST, NORTH = [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]


def _vectors(*rows):
    return np.array(rows, dtype=np.float32)


def test_distance_is_the_difference_of_the_nearest_examples():
    scope = Scope(inside=_vectors(EAST, EAST, EAST, WEST), outside=_vectors(*[NORTH] * 3))
    assert scope.distance(_vectors(EAST)) == -1.0
    assert scope.distance(_vectors(NORTH)) == 1.0


def test_a_written_scope_measures_exactly_as_before(tmp_path):
    scope = Scope(inside=_vectors(*[EAST] * 3), outside=_vectors(*[NORTH] * 3))
    scope.write(tmp_path / "scope")
    read = Scope.read(tmp_path / "scope")
    assert np.array_equal(read.inside, scope.inside)
    assert np.array_equal(read.outside, scope.outside)


@pytest.mark.parametrize("question", ["今日の天気は？", "What's the weather today?", "こんにちは"])
def test_small_talk_is_outside_and_gets_no_excerpt(service, question):
    answer = service.ask(question)
    assert answer.status == "off_topic"
    assert answer.excerpts == ()


def test_a_signature_is_never_shown_as_an_answer(service):
    policy = service.policy()
    fragments = [
        policy.source.text[passage.start : passage.end]
        for passage in policy.passages
        if passage.is_fragment
    ]
    assert fragments == ["インターワーク株式会社"]
    for question in ("Is my chat history shared?", "インターワーク株式会社"):
        texts = [excerpt.text for excerpt in service.ask(question).excerpts]
        assert "インターワーク株式会社" not in texts


@pytest.mark.parametrize(
    ("question", "section", "words"),
    [
        ("チャットの履歴は誰かに共有されますか", "5", "お問い合わせ内容やチャット履歴は"),
        ("チャットの履歴は誰かに共有されますか", "4", "共同利用"),
        ("Is my chat history shared?", "5", "お問い合わせ内容やチャット履歴は"),
        ("Is my chat history shared?", "4", "共同利用"),
        ("クッキーで個人が特定されますか", "8", "個人を特定できる情報は取得いたしません"),
    ],
)
def test_the_promised_questions_reach_their_clauses(service, question, section, words):
    excerpts = [e for e in service.ask(question).excerpts if e.section.id == section]
    assert any(words in excerpt.text for excerpt in excerpts)
