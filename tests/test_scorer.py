from math import log, tanh

import numpy as np
import pytest

from qa_service.scorer import MAX_DEVIATIONS, Scorer


def scorer(sign: float = 1.0) -> Scorer:
    """One column of mean 1 and deviation 2: at 3, one deviation above, it is log 3 to 1."""
    return Scorer(
        mean=np.array([1], dtype=np.float32),
        deviation=np.array([2], dtype=np.float32),
        hidden=np.array([[1]], dtype=np.float32),
        hidden_bias=np.array([0], dtype=np.float32),
        output=np.array([sign * log(3) / tanh(1)], dtype=np.float32),
        bias=np.array([0], dtype=np.float32),
    )


def rows(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, None]


def test_scores_are_those_that_a_person_computes():
    assert scorer().score(rows(3, 1, -1)).tolist() == pytest.approx([0.75, 0.5, 0.25])
    assert scorer(-1).score(rows(3, 1, -1)).tolist() == pytest.approx([0.25, 0.5, 0.75])


def test_two_columns_and_units_are_summed_with_their_biases():
    two = Scorer(
        mean=np.zeros(2, dtype=np.float32),
        deviation=np.ones(2, dtype=np.float32),
        hidden=np.array([[1, 0], [0, 1]], dtype=np.float32),
        hidden_bias=np.array([0, 1], dtype=np.float32),
        output=np.array([1, 2], dtype=np.float32),
        bias=np.array([-0.5], dtype=np.float32),
    )
    logit = tanh(0.5) + 2 * tanh(-0.25 + 1) - 0.5
    expected = 1 / (1 + np.exp(-logit))
    assert two.score(np.array([[0.5, -0.25]], dtype=np.float32)).tolist() == pytest.approx(
        [expected]
    )


def test_evidence_far_from_its_mean_says_no_more_than_at_the_limit():
    steep = Scorer(**{**_arrays(), "hidden": np.array([[0.1]], dtype=np.float32)})
    limit = 1 + 2 * MAX_DEVIATIONS
    at_limit, beyond, below = steep.score(rows(limit, 1e9, -1e9))
    assert beyond == at_limit == pytest.approx(1 / (1 + 3 ** -(tanh(0.6) / tanh(1))))
    assert below == pytest.approx(1 - at_limit)
    assert steep.score(rows(limit - 0.5)) < at_limit


def test_no_rows_have_no_scores():
    assert scorer().score(np.zeros((0, 1), dtype=np.float32)).tolist() == []


def test_several_scorers_come_back_from_one_set_of_arrays():
    stored = scorer().arrays("one.") | scorer(-1).arrays("two.")
    assert Scorer.of_arrays(stored, "one.").score(rows(3)).tolist() == pytest.approx([0.75])
    assert Scorer.of_arrays(stored, "two.").score(rows(3)).tolist() == pytest.approx([0.25])
    with pytest.raises(KeyError):
        Scorer.of_arrays(stored, "three.")


def _arrays() -> dict[str, np.ndarray]:
    return scorer().arrays("")
