"""`policy-qa revisions` over the desk's index: members was changed once."""

import json
from hashlib import sha256

import pytest

from tests.desk import AFTER, BEFORE
from tests.test_cli import assert_mistake
from tests.test_cli import run as run

OLD, NEW = (sha256(text.encode()).hexdigest() for text in (BEFORE, AFTER))


@pytest.fixture
def settings(desk):
    return desk


def rows(done):
    assert (done.code, done.err) == (0, "")
    return [line.split() for line in done.out.splitlines()]


def test_revisions_are_listed_newest_first_for_every_policy(run):
    of_members = [
        ["会員規約", "members"],
        ["date", "sha256", "sections", "changed"],
        ["2025-06-01", NEW[:12], "3", "第2条", "第3条"],
        ["2025-01-01", OLD[:12], "3"],
    ]
    assert rows(run("revisions", "--policy", "members")) == of_members
    listed = rows(run("revisions"))
    place = listed.index(of_members[0])
    assert listed[place : place + 4] == of_members
    named = {row[-1] for row in listed}
    assert {"hostile", "members", "notice", "privacy-policy"} <= named


def test_with_a_day_the_sections_of_that_day_are_listed(run):
    first, _, *sections = rows(run("revisions", "--policy", "members", "--on", "2025-05-31"))
    assert first == ["会員規約", "members,", "revision", "of", "2025-01-01,", OLD[:12]]
    assert [row[0] for row in sections] == ["第1条", "第2条", "第3条"]
    assert sections[2][-1] == "提携先"


@pytest.mark.parametrize(
    ("day", "years"),
    [([], "5年間"), (["--on", "2025-06-01"], "5年間"), (["--on", "2025-01-01"], "3年間")],
)
def test_a_section_is_shown_with_its_text_of_that_day(run, day, years):
    done = run("revisions", "--policy", "members", "--section", "第2条", *day)
    heading, text = done.out.split("\n\n", 1)
    assert heading.startswith("会員規約  members, revision of 2025-0")
    kept = f"会員の情報は、退会の日から{years}保存します。その後は速やかに消去します。"
    assert text == f"第2条（保存期間）\n{kept}\n"


def test_json_is_what_the_service_replies(run):
    (listed,) = json.loads(run("revisions", "--policy", "members", "--json").out)
    assert [one["sha256"] for one in listed["revisions"]] == [NEW, OLD]
    of_day = ("revisions", "--policy", "members", "--on", "2025-01-01", "--json")
    sections = json.loads(run(*of_day).out)
    section = json.loads(run(*of_day, "--section", "第3条").out)
    assert sections["policy"]["sha256"] == section["policy"]["sha256"] == OLD
    assert sections["sections"][2] == section["section"]
    assert section["text"] == BEFORE[section["start"] : section["end"]]


def test_an_answer_as_json_names_the_revision_it_quotes(run):
    answer = json.loads(run("ask", "保存期間", "--policy", "members", "--json").out)
    assert (answer["policy"]["sha256"], answer["policy"]["last_modified"]) == (NEW, "2025-06-01")


def test_what_is_not_kept_is_a_mistake_of_one_line(run):
    of_members = ("revisions", "--policy", "members")
    assert_mistake(run(*of_members, "--on", "2024-12-31"), "No revision of policy members")
    assert_mistake(run(*of_members, "--section", "第4条"), "no section")
    assert_mistake(run("revisions", "--policy", "none"), "known: ")
    done = run(*of_members, "--on", "2025-9-9")
    assert (done.code, done.out) == (2, "")
    assert "a day is written as YYYY-MM-DD" in done.err
