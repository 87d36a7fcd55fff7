import numpy as np
import pytest

from qa_service.messages import Status
from qa_service.reviews import Entry, Review, known_name, new_quote
from qa_service.topicmap import BEARS_FROM, TopicMap, privacy_topics

SPANS = ("一文目。", "二文目。", "三文目。")
NUMBER = {topic.id: number for number, topic in enumerate(privacy_topics())}
TOPIC = "cookie.use"
ROW = NUMBER[TOPIC]


def proposal(*likely: float, other: float = 0.1) -> np.ndarray:
    """A proposal with these values for the topic and 0.1 for every other."""
    proposed = np.full((len(NUMBER), len(likely)), other, dtype=np.float32)
    proposed[ROW] = likely
    return proposed


def review(status: Status, *graded: tuple[str, int], known: tuple[str, ...] = SPANS) -> Review:
    entry = Entry(TOPIC, status, tuple(new_quote(span, grade) for span, grade in graded))
    return Review({TOPIC: entry}, frozenset(map(known_name, known)))


def row(topic_map: TopicMap) -> list[float]:
    return topic_map.likely[ROW].tolist()


def test_a_map_has_a_row_for_every_topic_that_is_not_outside_of_privacy():
    assert len(NUMBER) == 129
    assert not any(topic.is_outside for topic in privacy_topics())


def test_without_a_review_the_proposal_counts_everywhere():
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), None, SPANS)
    assert np.array_equal(merged.likely, merged.proposed)
    assert set(merged.statuses) == {None}
    assert not merged.is_reviewed


def test_a_review_counts_by_its_grades_and_its_order():
    graded = ((SPANS[2], 2), (SPANS[0], 2), (SPANS[1], 1))
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), review(Status.ANSWERED, *graded), SPANS)
    assert row(merged) == pytest.approx([0.97, 0.44, 1.0])
    assert merged.statuses[ROW] is Status.ANSWERED
    assert merged.is_reviewed
    assert merged.proposed[ROW].tolist() == pytest.approx([0.2, 0.9, 0.4])


def test_a_passage_that_the_review_knows_and_does_not_quote_counts_nothing():
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), review(Status.PARTIAL, (SPANS[0], 1)), SPANS)
    assert row(merged) == pytest.approx([0.5, 0.0, 0.0])


def test_a_topic_without_an_entry_counts_by_proposal():
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), review(Status.SILENT), SPANS)
    assert row(merged) == [0.0, 0.0, 0.0]
    others = np.delete(merged.likely, ROW, axis=0)
    assert np.array_equal(others, np.full_like(others, 0.1))
    assert merged.statuses.count(None) == 128
    assert merged.statuses[ROW] is Status.SILENT


def test_a_stale_entry_is_withheld_whole_and_the_proposal_serves():
    graded = ((SPANS[0], 2), ("消えた文。", 1))
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), review(Status.ANSWERED, *graded), SPANS)
    assert row(merged) == pytest.approx([0.2, 0.9, 0.4])
    assert merged.statuses[ROW] is None


def test_a_passage_written_since_the_review_counts_by_proposal():
    known = review(Status.ANSWERED, (SPANS[0], 2), known=SPANS[:2])
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), known, SPANS)
    assert row(merged) == pytest.approx([1.0, 0.0, 0.4])
    assert merged.statuses[ROW] is Status.ANSWERED


@pytest.mark.parametrize(
    ("likely", "status"), [(BEARS_FROM - 0.01, Status.SILENT), (BEARS_FROM + 0.01, None)]
)
def test_a_silent_topic_is_reopened_by_a_likely_new_passage_only(likely, status):
    silent = review(Status.SILENT, known=SPANS[:2])
    merged = TopicMap.merge(proposal(0.9, 0.9, likely), silent, SPANS)
    assert row(merged) == pytest.approx([0.0, 0.0, likely])
    assert merged.statuses[ROW] is status


def test_words_that_stand_twice_in_the_policy_count_twice():
    twice = (SPANS[0], SPANS[1], SPANS[0])
    merged = TopicMap.merge(proposal(0.2, 0.9, 0.4), review(Status.PARTIAL, (SPANS[0], 2)), twice)
    assert row(merged) == [1.0, 0.0, 1.0]


def test_merging_leaves_the_proposal_as_it_was():
    proposed = proposal(0.2, 0.9, 0.4)
    TopicMap.merge(proposed, review(Status.ANSWERED, (SPANS[0], 2)), SPANS)
    assert np.array_equal(proposed, proposal(0.2, 0.9, 0.4))


def test_a_written_map_is_read_as_it_was(tmp_path):
    likely, proposed = proposal(1.0, 0.0, 0.3), proposal(0.2, 0.9, 0.4)
    statuses = [None] * 125 + [*Status]
    TopicMap(likely, proposed, tuple(statuses)).write(tmp_path / "map")
    read = TopicMap.read(tmp_path / "map")
    assert np.array_equal(read.likely, likely)
    assert np.array_equal(read.proposed, proposed)
    assert read.statuses == tuple(statuses)
