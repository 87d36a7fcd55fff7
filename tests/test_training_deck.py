import random
from collections import Counter
from dataclasses import replace

import pytest
import torch

from qa_service.topics import Example, Examples, read_topics
from qa_service.training.deck import Deck, DeckRecipe, PolicyText
from qa_service.training.noise import Noise

NUMBER = {topic.id: i for i, topic in enumerate(read_topics())}
COOKIE, PHONE, SMALLTALK = "cookie.use", "contact.phone", "offtopic.smalltalk"
EXAMPLES = Examples(
    questions=(
        *(Example(f"クッキー{n}", "ja", (COOKIE,)) for n in "一二三"),
        Example("phone and cookies", "en", (PHONE, COOKIE)),
        Example("こんにちは", "ja", (SMALLTALK,)),
    ),
    confusable=(Example("焼き菓子の話ではない方", "ja", (COOKIE,)),),
    clauses=(Example("クッキーを使います。", "ja", (COOKIE,)), Example("電話番号", "ja", (PHONE,))),
    near_misses=(Example("クッキーを焼きます。", "ja", (COOKIE,)),),
)
POLICY = (
    PolicyText("2. 電話\n03-0000-0000", "03-0000-0000", {PHONE: 1}),
    PolicyText("3. 他\n以上", "以上", {}),
)
RECIPE = DeckRecipe(topics=2, questions=2, outside=3, passages=5, near=1.0)


def test_confusable_questions_are_dealt_as_often_as_told():
    for times in (0, 1, 3):
        recipe = replace(RECIPE, topics=1, questions=3 + times, outside=0, confusable=times)
        cookies = replace(EXAMPLES, questions=EXAMPLES.questions[:3])
        drawn = Counter(Deck(recipe, cookies, [POLICY], seed=1).draw().questions)
        assert sum(n for text, n in drawn.items() if text.startswith("焼き")) == times


@pytest.fixture
def deck() -> Deck:
    return Deck(RECIPE, EXAMPLES, [POLICY], seed=1)


def test_a_batch_has_each_topics_questions_and_then_those_outside(deck):
    batch = deck.draw()
    assert len(batch.questions) == 2 * 2 + 3
    assert set(batch.questions[4:]) <= {"こんにちは", "こんにちわ"}
    assert len(batch.texts) == 2 + len(POLICY) + 1
    assert batch.texts[-1] == "クッキーを焼きます。"


def test_the_rows_of_topics_sum_to_one_and_passages_without_topic_have_none(deck):
    batch = deck.draw()
    assert batch.question_topics.sum(dim=1).tolist() == pytest.approx([1.0] * 7)
    sums = dict(zip(batch.texts, batch.text_topics.sum(dim=1).tolist(), strict=True))
    assert sums["クッキーを使います。"] == pytest.approx(1.0)
    assert sums["クッキーを焼きます。"] == 0.0
    assert next(sums[text] for text in sums if text.endswith("以上")) == 0.0


def test_a_question_of_two_topics_counts_for_both_and_for_the_first_most(deck):
    batch = deck.draw()
    row = batch.question_topics[batch.questions.index("phone and cookies")]
    assert row[NUMBER[PHONE]] == pytest.approx(1 / 1.7)
    assert row[NUMBER[COOKIE]] == pytest.approx(0.7 / 1.7)


def test_what_answers_a_question_shares_a_topic_with_it(deck):
    batch = deck.draw()
    answers = {
        question: dict(zip(batch.texts, row.tolist(), strict=True))
        for question, row in zip(batch.questions, batch.answers, strict=False)
    }
    both = answers["phone and cookies"]
    phone = next(text for text in batch.texts if text.endswith("03-0000-0000"))
    assert (both["クッキーを使います。"], both["電話番号"]) == (1.0, 1.0)
    assert both[phone] == pytest.approx(0.3)
    assert both["クッキーを焼きます。"] == 0.0


def test_no_question_comes_again_before_all_have_come():
    deck = Deck(DeckRecipe(2, 3, 1, 1, 0.0), EXAMPLES, [POLICY], seed=2)
    drawn = Counter(q for _ in range(4) for q in deck.draw().questions if q[-1] in "一二三")
    assert set(drawn.values()) == {4}


def test_equal_seeds_draw_equal_batches():
    one, two = (Deck(RECIPE, EXAMPLES, [POLICY], seed=7) for _ in range(2))
    for _ in range(3):
        first, second = one.draw(), two.draw()
        assert (first.questions, first.texts) == (second.questions, second.texts)
        assert torch.equal(first.answers, second.answers)


def test_noise_types_kana_leaves_marks_out_lowers_and_slips():
    noise = Noise(random.Random(3))
    japanese = {noise.type_again(Example("ﾁｬｯﾄの履歴は、他社に?", "ja", ())) for _ in range(400)}
    assert "チャットの履歴は、他社に?" in japanese
    assert "ちゃっとのりれきは、たしゃに?" in japanese
    assert "チャットの履歴は他社に" in japanese
    english = {noise.type_again(Example("Who reads THIS?", "en", ())) for _ in range(400)}
    assert {"Who reads THIS?", "who reads this?", "who reads this"} <= english
    lengths = {len(text) for text in english}
    assert lengths <= {13, 14, 15}
