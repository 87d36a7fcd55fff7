import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from qa_service.messages import Status
from qa_service.tokens import Tokenizer
from qa_service.topicmap import privacy_topics
from qa_service.topics import read_examples
from qa_service.training.labels import Use, policies_for, read_labelled_policies

LABELS = Path(str(files("qa_service"))) / "training" / "labels"
POLICIES = json.loads((LABELS / "policies.json").read_text(encoding="utf-8"))
TOPICS, QUESTIONS = (
    [json.loads(line) for line in (LABELS / name).read_text(encoding="utf-8").split("\n") if line]
    for name in ("topics.jsonl", "questions.jsonl")
)
# What the labels are of; it is not in the repository.


def test_every_policy_has_topics_and_every_one_for_calibration_has_questions():
    assert {row["policy"] for row in TOPICS} == POLICIES.keys()
    assert {row["policy"] for row in QUESTIONS} >= set(policies_for(Use.CALIBRATION))


def test_labels_name_passages_that_the_policy_has_each_once_with_a_grade():
    for row, passages in [
        *((row, row["passages"]) for row in TOPICS),
        *((row, row["expect"]) for row in QUESTIONS),
    ]:
        ordinals = [ordinal for ordinal, _ in passages]
        assert len(set(ordinals)) == len(ordinals)
        assert all(0 <= one < POLICIES[row["policy"]]["n_passages"] for one in ordinals)
        assert {grade for _, grade in passages} <= {1, 2}


def test_a_status_fits_the_passages_that_are_named():
    for row in TOPICS:
        assert Status(row["status"]) in {Status.ANSWERED, Status.PARTIAL}
        assert row["passages"]
    for row in QUESTIONS:
        is_shown = Status(row["status"]) in {Status.ANSWERED, Status.PARTIAL}
        assert is_shown == bool(row["expect"])


def test_a_topic_is_one_of_privacy_and_labelled_once_a_policy():
    assert {row["topic"] for row in TOPICS} <= {topic.id for topic in privacy_topics()}
    assert set(Counter((row["policy"], row["topic"]) for row in TOPICS).values()) == {1}


def test_every_policy_is_for_one_use_and_every_use_has_some():
    names = [name for use in Use for name in policies_for(use)]
    assert sorted(names) == sorted(POLICIES)
    assert all(policies_for(use) for use in Use)


def test_no_model_learnt_a_question_that_our_own_policies_were_asked():
    learnt = {question.text for question in read_examples().questions}
    own = {row["question"] for row in QUESTIONS if row["policy"].startswith(("own-", "smartweb"))}
    assert len(own) > 1000
    # The four that stand in both were thought of twice (`test_training`).
    assert len(own & learnt) <= 4


def test_a_policy_that_is_cut_otherwise_is_refused(tmp_path):
    (tmp_path / "policies").mkdir()
    for name in POLICIES:
        (tmp_path / "policies" / name).write_text("# 方針\n\n取得します。\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"007\.md is not cut into the passages"):
        read_labelled_policies(tmp_path, Tokenizer())
