import pytest

from qa_service.evaluation.figures import Figure, area_under_curve, share, wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "interval"),
    [
        # With z² = 3.8415, none of ten has its upper end at z² / (10 + z²).
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        # The middle is (0.8 + z²/20) / (1 + z²/10) = 0.7168, half the width 0.2266.
        (8, 10, (0.4902, 0.9433)),
        (0, 0, (0.0, 1.0)),
    ],
)
def test_wilson_intervals_are_those_computed_by_hand(successes, n, interval):
    assert wilson_interval(successes, n) == pytest.approx(interval, abs=1e-4)


def test_a_share_of_nothing_says_so():
    assert share([]) == Figure(0.0, 0, 0.0, 1.0)


def test_a_share_has_its_interval():
    four_of_five = share([True, True, True, True, False])
    assert (four_of_five.value, four_of_five.n) == (0.8, 5)
    assert (four_of_five.low, four_of_five.high) == wilson_interval(4, 5)


def test_the_area_under_the_curve_counts_pairs_and_ties_half():
    # Of the four pairs, three are in order and 0.5 beside 0.5 is a tie: 3.5 / 4.
    assert area_under_curve([0.9, 0.5], [0.5, 0.1]) == Figure(0.875, 4)
    assert area_under_curve([1.0], [0.0]).value == 1.0
    assert area_under_curve([0.0], [1.0]).value == 0.0
    assert area_under_curve([0.3, 0.3], [0.3]).value == 0.5


def test_scores_of_one_kind_have_no_area():
    assert area_under_curve([0.9], []) == area_under_curve([], [0.9]) == Figure(0.0, 0)
