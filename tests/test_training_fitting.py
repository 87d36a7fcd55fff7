from dataclasses import asdict

import numpy as np
import pytest

from qa_service.training.fitting import ScorerRecipe, fit_scorer

TINY = ScorerRecipe(
    networks=2, hidden=4, epochs=60, rows_per_batch=16, learning_rate=0.02, dropout=0.0
)


@pytest.fixture(scope="module")
def toy() -> tuple[np.ndarray, np.ndarray]:
    """A row is positive when its first column is; the second says nothing, the third is fixed."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(64, 2)).astype(np.float32)
    noise[:, 0] += np.sign(noise[:, 0])
    evidence = np.column_stack([100 + 20 * noise, np.full(64, 7)]).astype(np.float32)
    return evidence, noise[:, 0] > 0


def test_a_separable_problem_is_learnt(toy):
    evidence, positives = toy
    scores = fit_scorer(TINY, evidence, positives).score(evidence)
    assert scores[positives].min() > 0.8
    assert scores[~positives].max() < 0.2


def test_new_rows_are_judged_by_the_column_that_counts(toy):
    scorer = fit_scorer(TINY, *toy)
    asked = np.array([[140, 80, 7], [60, 120, 7]], dtype=np.float32)
    positive, negative = scorer.score(asked)
    assert positive > 0.9
    assert negative < 0.1


def test_columns_are_brought_to_scale_by_their_mean_and_deviation(toy):
    evidence, positives = toy
    scorer = fit_scorer(TINY, evidence, positives)
    assert scorer.mean == pytest.approx(evidence.mean(axis=0), rel=1e-5)
    assert scorer.deviation == pytest.approx(evidence.std(axis=0) + 1e-6, rel=1e-5)
    assert scorer.hidden.shape == (3, 8)


def test_fitting_twice_gives_the_same_numbers(toy):
    one, two = (fit_scorer(TINY, *toy).arrays("") for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_several_networks_score_by_the_mean_of_their_logits(toy):
    evidence, positives = toy
    alone = ScorerRecipe(**{**asdict(TINY), "networks": 1})
    other = ScorerRecipe(**{**asdict(alone), "seed": alone.seed + 1})
    single = [fit_scorer(recipe, evidence, positives).score(evidence) for recipe in (alone, other)]
    logits = [np.log(scores / (1 - scores)) for scores in single]
    both = fit_scorer(TINY, evidence, positives).score(evidence)
    assert both == pytest.approx(1 / (1 + np.exp(-np.mean(logits, axis=0))), abs=1e-3)
