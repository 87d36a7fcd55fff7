"""What becomes of an answer when the clause behind it is dropped, renumbered, reworded, …"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.changes import SegmentKind
from qa_service.evaluation.comparison import Comparison, Side, open_side
from qa_service.evaluation.drift import Drift, DriftKind, compare_texts, find_drift, shown_words
from qa_service.evaluation.probes import Probe
from qa_service.evaluation.successors import Successors
from qa_service.evaluation.versions import Version
from qa_service.messages import Status
from qa_service.reviews import read_review, write_review
from qa_service.tokens import Tokenizer

ROOT = Path(__file__).parent.parent
POLICY = "privacy-policy.ja.md"
REVIEW = "privacy-policy.topics.toml"
TOKENIZER = Tokenizer()
REMOVED, ADDED = SegmentKind.REMOVED, SegmentKind.ADDED

COOKIES = "クッキーは使われていますか"
SECURITY = "セキュリティ対策は何をしていますか"
DELETION = "個人情報を削除してもらえますか"
CHANGES = "予告なく改定されますか"
MANAGER = "共同利用の管理責任者は誰ですか"
RETENTION = "個人情報はいつまで保存されますか"
WEATHER = "今日の天気は"

Open = Callable[[str], Side]
Compare = Callable[[str, str, str], Drift]


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "policy_sources" / POLICY).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def side(reader, tmp_path_factory) -> Open:
    """Open the policy with this text, beside the real review."""

    @cache
    def open_text(text: str) -> Side:
        folder = tmp_path_factory.mktemp("version")
        (folder / POLICY).write_text(text, encoding="utf-8")
        shutil.copy(ROOT / "policy_sources" / REVIEW, folder)
        return open_side(Version("new", "new", folder), reader)

    return open_text


@pytest.fixture(scope="module")
def compare(side) -> Compare:
    def ask(old: str, new: str, question: str) -> Drift:
        return Comparison(side(old), side(new), None).ask(Probe("q", "ja", question, None))

    return ask


@pytest.fixture(scope="module")
def silenced(side, reader, text, tmp_path_factory) -> Drift:
    """Ask about cookies before and after a review calls every topic of their clause silent."""
    folder = Path(shutil.copytree(ROOT / "policy_sources", tmp_path_factory.mktemp("r") / "r"))
    review = read_review(folder / REVIEW)
    assert review
    for topic, entry in review.entries.items():
        if any("クッキー等の技術" in quote.text for quote in entry.quotes):
            review.entries[topic] = replace(entry, status=Status.SILENT, quotes=())
    write_review(folder / REVIEW, review)
    new = open_side(Version("new", "new", folder), reader)
    return Comparison(side(text), new, None).ask(Probe("q", "ja", COOKIES, None))


def clause(text: str, number: int) -> str:
    """Return a numbered clause with the rule above it."""
    heading = text.index(f"## {number}. ")
    start = text.rindex("---\n\n", 0, heading)
    return text[start : text.index("---\n", heading)]


def drop(text: str, number: int) -> str:
    return text.replace(clause(text, number), "")


def renumber(text: str, old: int, new: int) -> str:
    return text.replace(f"## {old}. ", f"## {new}. ")


def merge(text: str) -> str:
    """Put clause 7 at the end of clause 6."""
    body = clause(text, 7).split("\n", 4)[4]
    assert body.startswith("お客様から")
    return drop(text, 7).replace(clause(text, 6), clause(text, 6) + body)


def split(text: str) -> str:
    """Make the last part of clause 4 a clause of its own."""
    return text.replace(
        "**管理責任者：**", "---\n\n## 4-2. 個人情報の管理責任者\n\n**管理責任者：**"
    )


def changed(drift: Drift) -> list[tuple[SegmentKind, str]]:
    return [(s.kind, s.text) for s in drift.words if s.kind is not SegmentKind.SAME]


def test_the_same_policy_answers_the_same(compare, text):
    for question in (COOKIES, RETENTION, WEATHER):
        drift = compare(text, text, question)
        assert (drift.kind, drift.has_other_status, drift.has_other_rest) == ("same", False, False)
        assert changed(drift) == []


def test_an_answer_is_lost_with_its_clause_and_new_with_it(compare, text):
    without = drop(text, 8)
    lost = compare(text, without, COOKIES)
    assert (lost.kind, lost.after.excerpts, lost.has_other_status) == ("lost", (), True)
    assert lost.clause
    assert (lost.clause.before.number, lost.clause.after) == ("8", None)
    assert changed(lost) == [(REMOVED, shown_words(lost.before.excerpts[0]))]

    added = compare(without, text, COOKIES)
    assert added.kind is DriftKind.NEWLY_ANSWERED
    assert added.clause
    assert (added.clause.before, added.clause.after.number) == (None, "8")
    assert changed(added) == [(ADDED, shown_words(added.after.excerpts[0]))]


def test_an_answer_under_another_number_is_moved(compare, text):
    drift = compare(text, renumber(text, 8, 11), COOKIES)
    assert (drift.kind, changed(drift)) == (DriftKind.MOVED, [])
    assert drift.clause
    assert (drift.clause.before.number, drift.clause.after.number) == ("8", "11")


def test_an_answer_under_another_title_is_moved(compare, text):
    drift = compare(text, text.replace("クッキー等の利用について", "クッキー等"), COOKIES)
    assert (drift.kind, changed(drift)) == (DriftKind.MOVED, [])


def test_a_clause_in_other_words_is_reworded_under_whatever_number(compare, text):
    reworded = text.replace("予告なく改定", "30日前に予告して改定")
    for new in (reworded, renumber(reworded, 9, 11)):
        drift = compare(text, new, CHANGES)
        assert drift.kind is DriftKind.REWORDED
        assert (REMOVED, "予告なく") in changed(drift)
        assert drift.clause
        words = "".join(s.text for s in drift.clause.segments if s.kind is not ADDED)
        assert words.startswith("9. プライバシーポリシーの変更\n")


def test_what_was_merged_into_another_clause_is_moved_and_what_was_there_stays(compare, text):
    merged = merge(text)
    moved = compare(text, merged, DELETION)
    assert (moved.kind, changed(moved)) == (DriftKind.MOVED, [])
    assert moved.clause
    assert (moved.clause.before.number, moved.clause.after.number) == ("7", "6")
    assert compare(text, merged, SECURITY).kind is DriftKind.SAME


def test_what_was_split_off_is_followed_into_the_clause_of_its_own(compare, text):
    drift = compare(text, split(text), MANAGER)
    assert drift.after.excerpts[0].section.number == "4-2"
    # It lost the lead-in that stayed in clause 4.
    assert (drift.kind, [kind for kind, _ in changed(drift)]) == (DriftKind.REWORDED, [REMOVED])
    assert drift.clause
    assert drift.clause.before.number == "4"
    assert drift.clause.after.number == "4-2"


def test_an_answer_from_another_clause_is_moved_however_alike_the_words(compare, text):
    # Clause 2 speaks of purposes too, but never was clause 3.
    drift = compare(text, drop(text, 3), "取得した情報は何に利用されますか")
    assert drift.before.excerpts[0].section.number == "3"
    assert drift.after.excerpts[0].section.number == "2"
    assert drift.kind is DriftKind.MOVED
    assert drift.clause
    assert drift.clause.after is None


def test_silence_while_the_clause_stands_is_not_a_loss(silenced):
    drift = silenced
    assert (drift.kind, drift.after.excerpts) == (DriftKind.NEWLY_SILENT, ())
    assert drift.clause
    assert (drift.clause.before.number, drift.clause.after.number) == ("8", "8")
    assert [s.kind for s in drift.clause.segments] == [SegmentKind.SAME]


@pytest.mark.parametrize(
    ("question", "status"), [(COOKIES, Status.PARTIAL), (WEATHER, Status.SILENT)]
)
def test_the_same_words_or_none_under_another_message_are_told(side, text, question, status):
    service = side(text).service
    successors = Successors(service.policy(), service.policy(), TOKENIZER)
    answer = service.ask(question)
    other = replace(answer, status=status)
    drift = find_drift(Probe("q", "ja", question, None), answer, other, successors)
    assert (drift.kind, drift.has_other_status) == (DriftKind.OTHER_STATUS, True)
    assert changed(drift) == []


def test_the_question_of_a_policy_that_one_side_lacks_is_not_asked(side, text):
    comparison = Comparison(side(text), side(drop(text, 8)), None)
    named, foreign = (Probe("q", "ja", COOKIES, one) for one in ("privacy-policy", "nosuch"))
    assert comparison.can_ask(named)
    assert comparison.ask(named).before.policy.policy_id == "privacy-policy"
    assert not comparison.can_ask(foreign)
    with pytest.raises(ValueError, match=r"answers q$"):
        comparison.ask(foreign)


def test_a_question_without_policy_goes_to_the_default_or_the_only_one_of_each(side, text):
    probe = Probe("q", "ja", COOKIES, None)
    renamed = text.replace('translationKey = "privacy-policy"', 'translationKey = "next"')
    assert Comparison(side(text), side(text), "privacy-policy").can_ask(probe)
    assert not Comparison(side(text), side(text), "nosuch").can_ask(probe)
    drift = Comparison(side(text), side(renamed), None).ask(probe)
    assert (drift.before.policy.policy_id, drift.after.policy.policy_id) == (
        "privacy-policy",
        "next",
    )
    assert drift.kind is DriftKind.SAME


def test_a_line_that_is_no_longer_the_last_one_is_not_changed():
    segments = compare_texts("甲\n改善支援", "甲\n改善支援\n乙", TOKENIZER)
    assert [(s.kind, s.text) for s in segments] == [
        (SegmentKind.SAME, "甲\n改善支援"),
        (ADDED, "\n乙"),
    ]


@given(st.text("個人情報ab \n。を", max_size=40), st.text("個人情報ab \n。を", max_size=40))
def test_segments_rebuild_both_texts(before, after):
    segments = compare_texts(before, after, TOKENIZER)
    assert "".join(s.text for s in segments if s.kind is not ADDED) == before
    assert "".join(s.text for s in segments if s.kind is not REMOVED) == after
    assert all(s.text for s in segments)
