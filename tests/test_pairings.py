"""Which section of a translation belongs to which of the policy, and how each pair stands."""

import pytest

from qa_service.pairings import Pairing, State
from qa_service.sources import hash_span, make_source

JA = "はじめに。\n\n## 1. 取得\n\n氏名を集めます。\n\n## 2. 窓口\n\n電話です。\n"
EN = "Foreword.\n\n## 1. Acquisition\n\nWe collect names.\n\n## 2. Contact\n\nBy telephone.\n"
HASHES = {
    "preamble": hash_span("はじめに。\n\n## "),
    "1": hash_span("1. 取得\n\n氏名を集めます。\n\n## "),
    "2": hash_span("2. 窓口\n\n電話です。\n"),
}


def pair(ja: str = JA, en: str = EN, bound: dict[str, str] = HASHES) -> Pairing:
    lines = "\n".join(f'"{key}" = "{value}"' for key, value in bound.items())
    front = f"+++\n[translates]\n{lines}\n+++\n\n"
    return Pairing(
        make_source("p.ja.md", ja.encode()), make_source("p.en.md", (front + en).encode())
    )


def states(pairing: Pairing) -> list[tuple[str, State, int]]:
    return [(one.section_id, one.state, one.line) for one in pairing.states()]


def test_a_section_is_bound_by_the_hash_of_its_words_as_stored():
    assert pair().hashes == HASHES


def test_a_bound_section_is_current_while_its_words_stand():
    assert states(pair()) == [
        ("preamble", State.CURRENT, 3),
        ("1", State.CURRENT, 4),
        ("2", State.CURRENT, 5),
    ]


def test_one_changed_letter_makes_its_section_stale_and_no_other():
    found = pair(JA.replace("氏名", "住所")).states()
    assert [one.state for one in found] == [State.CURRENT, State.STALE, State.CURRENT]
    assert (found[1].title, found[1].reason) == ("取得", "the policy's words have changed since")


def test_a_changed_heading_makes_its_section_stale():
    assert states(pair(JA.replace("取得", "収集")))[1] == ("1", State.STALE, 4)


def test_an_unbound_section_is_missing_at_its_heading():
    bound = {key: value for key, value in HASHES.items() if key != "1"}
    assert states(pair(bound=bound))[1] == ("1", State.MISSING, 9)


@pytest.mark.parametrize("en", ["## 2. Contact\n\nX.\n", "## 1. Acquisition\n\n## 2. C\n\nX.\n"])
def test_a_section_without_words_in_the_translation_is_missing_though_it_is_bound(en):
    assert states(pair(en="Foreword.\n\n" + en))[1] == ("1", State.MISSING, 4)


def test_a_renumbered_section_is_unknown_where_it_is_bound_and_missing_where_it_is_now():
    found = pair(JA.replace("## 2.", "## 3."))
    assert states(found)[2:] == [("3", State.MISSING, 2), ("2", State.UNKNOWN, 5)]
    assert found.states()[-1].reason == "the policy has no such section"


def test_a_section_that_only_the_translation_has_is_unknown_at_its_heading():
    assert states(pair(en=EN + "\n## 9. More\n\nX.\n"))[3:] == [("9", State.UNKNOWN, 18)]


def test_articles_belong_together_whatever_they_are_called():
    ja = "## 第1条（取得）\n\n集めます。\n\n### （1）項目\n\n氏名です。\n\n## 第2条\n\n電話です。\n"
    en = "## Article 1 (A)\n\nX.\n\n### (1) Items\n\nY.\n\n## Section 2 (B)\n\nZ.\n"
    bound = pair(ja, en, {}).hashes_of_both()
    assert list(bound) == ["第1条", "第1条(1)", "第2条"]
    assert {one.state for one in pair(ja, en, bound).states()} == {State.CURRENT}


def test_headings_without_number_belong_together_by_an_id_that_is_written_down():
    ja = "# 方針\n\n## 取得する情報\n\n氏名です。\n"
    en = "# Policy\n\n## What we collect {#取得する情報}\n\nNames.\n"
    assert list(pair(ja, en, {}).hashes_of_both()) == ["preamble", "取得する情報"]
    assert states(pair(ja, en.replace(" {#取得する情報}", ""), {}))[1] == (
        "取得する情報",
        State.MISSING,
        2,
    )
