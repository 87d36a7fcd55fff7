import math

import numpy as np

from qa_service.lexical import LexicalStore

TERMS = [["個人", "情報"], ["情報", "共有"], []]


def test_only_passages_that_share_a_word_score():
    scores = LexicalStore.build(TERMS).scores(["共有"])
    assert scores[1] > 0
    assert scores[[0, 2]].tolist() == [0, 0]


def test_scores_are_those_of_the_formula():
    # Lucene's BM25 with k1 = 1.2, b = 0.75: idf × tf / (tf + k1 (1 - b + b × length / mean)).
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 1 / (1 + 1.2 * (1 - 0.75 + 0.75 * 2 / (4 / 3)))
    assert np.isclose(LexicalStore.build(TERMS).scores(["共有"])[1], expected)


def test_a_shared_word_weighs_more_the_fewer_passages_have_it():
    shared, asked = LexicalStore.build(TERMS).shared_weights(["情報", "共有", "天気"])
    two_of_three, one_of_three = math.log1p(3 / 2), math.log1p(3)
    assert np.allclose(shared, [two_of_three, two_of_three + one_of_three, 0])
    # A word that no passage has weighs as if one had it.
    assert np.isclose(asked, two_of_three + 2 * one_of_three)


def test_unknown_words_and_no_words_score_nothing():
    store = LexicalStore.build(TERMS)
    assert store.scores(["天気"]).tolist() == [0, 0, 0]
    assert store.scores([]).tolist() == [0, 0, 0]


def test_a_written_store_scores_exactly_as_before(tmp_path):
    store = LexicalStore.build(TERMS)
    store.write(tmp_path)
    assert np.array_equal(LexicalStore.read(tmp_path).scores(["情報"]), store.scores(["情報"]))


def test_a_policy_without_any_word_can_be_stored(tmp_path):
    store = LexicalStore.build([[], []])
    store.write(tmp_path)
    assert LexicalStore.read(tmp_path).scores(["情報"]).tolist() == [0, 0]
