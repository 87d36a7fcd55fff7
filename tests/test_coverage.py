import shutil
from pathlib import Path

import pytest

from qa_service.coverage import Origin, accept_proposals, find_stale_entries, read_coverage
from qa_service.findings import Rule, Severity
from qa_service.messages import Status
from qa_service.reviews import read_reviews, review_path, write_review
from qa_service.service import read_index
from qa_service.settings import read_settings

ROOT = Path(__file__).parent.parent
COOKIES = (
    "SmartWebでは、サービス向上やアクセス解析のためにクッキー等の技術を利用する場合がありますが"
)
CHANGED = "SmartWebでは、クッキー等の技術を利用しておりますが"
RETENTION = "当社は、個人情報を取得の日から3年間保存し、その後速やかに消去します。"


@pytest.fixture(name="read")
def _read(tmp_path):
    """Reads a copy of the sources after some words were changed."""
    folder = shutil.copytree(ROOT / "policy_sources", tmp_path / "sources")

    def read(*changes):
        file = folder / "privacy-policy.ja.md"
        text = file.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        policy = read_index(read_settings(sources=folder)).policy(None)
        return policy, read_reviews(folder, [policy.source])["privacy-policy"], folder

    return read


def _rows(policy, review):
    return {row.topic.id: row for row in read_coverage(policy, review)}


def test_the_shipped_review_counts_for_every_topic(read):
    policy, review, _ = read()
    rows = _rows(policy, review)
    assert {row.origin for row in rows.values()} == {Origin.REVIEWED}
    assert (rows["cookie.use"].status, rows["cookie.use"].section_ids) == (Status.ANSWERED, ("8",))
    assert (rows["retention.period"].status, rows["retention.period"].section_ids) == (
        Status.SILENT,
        (),
    )


def test_a_changed_clause_makes_its_entries_stale_and_the_proposal_steps_in(read, tokenizer):
    policy, review, folder = read((COOKIES, CHANGED))
    rows = _rows(policy, review)
    assert rows["cookie.use"].origin is Origin.STALE
    assert rows["cookie.use"].status is rows["cookie.use"].proposed is not Status.SILENT
    assert rows["cookie.use"].section_ids[0] == "8"
    assert rows["jointuse.items"].origin is Origin.REVIEWED
    findings = find_stale_entries(folder, tokenizer)
    path = review_path(folder, policy.source)
    line = path.read_text(encoding="utf-8").split("\n").index('id = "cookie.use"') + 1
    found = next(one for one in findings if one.line == line)
    assert (found.path, found.severity, found.rule) == (
        str(path),
        Severity.ERROR,
        Rule.STALE_REVIEW,
    )
    assert found.text.startswith(f"{path}:{line}: cookie.use is stale")


def test_accepting_renews_what_is_stale_and_leaves_the_rest(read, tokenizer):
    policy, review, folder = read((COOKIES, CHANGED))
    renewed = accept_proposals(policy, review)
    assert renewed.entries["jointuse.items"] == review.entries["jointuse.items"]
    assert renewed.entries["cookie.use"].quotes[0].text.startswith(CHANGED)
    write_review(review_path(folder, policy.source), renewed)
    assert find_stale_entries(folder, tokenizer) == []


def test_a_clause_written_since_the_review_reopens_a_silent_topic(read):
    policy, review, _ = read(("## 7. ", f"{RETENTION}\n\n## 7. "))
    row = _rows(policy, review)["retention.period"]
    assert (row.origin, row.reviewed) == (Origin.REOPENED, Status.SILENT)
    assert row.status is row.proposed is not Status.SILENT
    assert row.section_ids[0] == "6"


def test_without_a_review_all_is_proposed(read):
    policy, _, _ = read()
    rows = _rows(policy, None)
    assert {row.origin for row in rows.values()} == {Origin.PROPOSED}
