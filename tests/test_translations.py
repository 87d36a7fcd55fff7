"""What of a translation belongs to each passage, what is withheld, and how it is renewed."""

import shutil
from pathlib import Path

import pytest

from qa_service.checks import split_source
from qa_service.errors import BadSource, UnknownSection
from qa_service.markdown import plain_text
from qa_service.pairings import Pairing, State
from qa_service.passages import cut_passages
from qa_service.sources import Source, make_source, read_source, read_sources
from qa_service.tokens import Tokenizer
from qa_service.translations import (
    PolicyTranslation,
    accept_sections,
    find_bilingual,
    find_stale_sections,
    find_translation,
    read_states,
    translate_passages,
    translated_words,
)

ROOT = Path(__file__).parent.parent
TOKENIZER = Tokenizer()
JA = """## 1. 取得

当社は、以下の情報を取得します。

- 氏名
- 住所

**管理者：**

例株式会社

## 2. 保存

3年間保存します。その後は消去します。
"""
EN = """## 1. Acquisition

We acquire the **following** information.

- Name
- Address

**Controller:**

Example K.K.

## 2. Retention

We keep it for three years and erase it then.
"""
CONTROLLER = "Controller:\nExample K.K."
RETENTION = "We keep it for three years and erase it then."


def bind(ja: Source, en: str) -> Source:
    """Return the translation, every section bound to the policy."""
    hashes = Pairing(ja, make_source("p.en.md", en.encode())).hashes
    lines = "".join(f'"{key}" = "{value}"\n' for key, value in hashes.items())
    return make_source("p.en.md", f"+++\n[translates]\n{lines}+++\n\n{en}".encode())


def translate(ja: Source, en: Source) -> PolicyTranslation:
    passages = cut_passages(ja.policy_id, ja.text, split_source(ja), TOKENIZER)
    return translate_passages(ja, passages, en)


def words(ja: str, en: str, ja_now: str | None = None) -> list[str | None]:
    """Return what each passage of the policy is given."""
    source = make_source("p.ja.md", ja.encode())
    present = make_source("p.ja.md", (ja_now or ja).encode())
    translation = translate(present, bind(source, en))
    return [translated_words(translation, [i]) for i in range(len(translation.spans))]


def test_each_passage_gets_its_block_where_blocks_correspond():
    lead_in = "We acquire the following information."
    expected = [lead_in, "Name", "Address", CONTROLLER, RETENTION, RETENTION]
    assert words(JA, EN) == expected


@pytest.mark.parametrize(
    "en",
    [EN.replace("- Address\n", ""), EN.replace("Example", "### Example")],
    ids=["fewer", "kind"],
)
def test_a_passage_gets_the_whole_section_where_blocks_do_not_correspond(en):
    found = words(JA, en)
    whole = plain_text(en[en.index("We acquire") : en.index("## 2.")])
    assert found == [whole] * 4 + [RETENTION] * 2
    assert "Name" in whole
    assert "Acquisition" not in whole


def test_a_changed_section_is_withheld_whole_and_the_others_stay():
    found = words(JA, EN, JA.replace("住所", "電話"))
    assert found == [None] * 4 + [RETENTION] * 2
    assert words(JA, EN, JA.replace("3年", "5年"))[3:] == [CONTROLLER, None, None]


def test_a_block_that_says_several_passages_is_told_once():
    ja = make_source("p.ja.md", JA.encode())
    translation = translate(ja, bind(ja, EN))
    assert translated_words(translation, [3, 4, 5]) == f"{CONTROLLER}\n{RETENTION}"


def test_nothing_is_told_where_a_part_is_withheld():
    ja = make_source("p.ja.md", JA.encode())
    later = make_source("p.ja.md", JA.replace("3年", "5年").encode())
    translation = translate(later, bind(ja, EN))
    assert translated_words(translation, [3]) == CONTROLLER
    assert translated_words(translation, [3, 4]) is None


def test_only_a_japanese_policy_has_a_translation():
    japanese, english = (make_source(f"p.{lang}.md", b"Text.") for lang in ("ja", "en"))
    assert find_translation([english, japanese], japanese) is english
    assert find_translation([english, japanese], english) is None
    assert find_translation([english, make_source("q.ja.md", b"Text.")], japanese) is english
    assert find_translation([japanese], japanese) is None


# From here on with the policy that is served.


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(ROOT / "policy_sources", tmp_path / "sources"))


def change(folder: Path, old: str, new: str, lang: str = "ja") -> None:
    path = folder / f"privacy-policy.{lang}.md"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_bytes(text.replace(old, new).encode())


def read(folder: Path) -> tuple[Source, Source]:
    pair = find_bilingual(folder, None)
    return pair.policy, pair.translation


def shown(folder: Path) -> dict[str, set[str | None]]:
    """Return what the passages of each section are given."""
    ja, en = read(folder)
    passages = cut_passages(ja.policy_id, ja.text, split_source(ja), TOKENIZER)
    translation = translate_passages(ja, passages, en)
    found: dict[str, set[str | None]] = {}
    for i, passage in enumerate(passages):
        found.setdefault(passage.section_id, set()).add(translated_words(translation, [i]))
    return found


def line_of(folder: Path, start: str) -> int:
    text = (folder / "privacy-policy.en.md").read_text("utf-8")
    return text[: text.index(start)].count("\n") + 1


def test_the_real_translation_is_whole_and_current(folder):
    assert find_stale_sections(folder) == []
    ja, en = read(folder)
    assert {one.state for one in read_states(ja, en)} == {State.CURRENT}
    assert (en.is_reference, en.last_modified) == (True, ja.last_modified)
    kinds = [[(b.kind, b.level) for b in split_source(one).blocks] for one in (ja, en)]
    assert kinds[0] == kinds[1]
    assert all(None not in given for given in shown(folder).values())


def test_a_changed_word_withholds_its_section_until_it_is_renewed(folder):
    before = shown(folder)
    change(folder, "スロバキア", "チェコ")
    after = shown(folder)
    assert after.pop("4") == {None}
    assert after == {key: value for key, value in before.items() if key != "4"}
    line = line_of(folder, '"4" = ')
    (finding,) = find_stale_sections(folder)
    where = f"{folder / 'privacy-policy.en.md'}:{line}: section 4 of the translation is stale: "
    assert finding.text.startswith(where)

    change(folder, "Slovakia", "Czechia", "en")
    ja, en = read(folder)
    accept_sections(folder / en.path, ja, en, ["4"])
    assert find_stale_sections(folder) == []
    renewed = shown(folder)
    assert "Bratislava, Czechia" in "".join(map(str, renewed.pop("4")))
    assert renewed == after


def test_accepting_writes_the_line_of_the_section_alone(folder):
    change(folder, "スロバキア", "チェコ")
    change(folder, "11F", "12F")
    ja, en = read(folder)
    accept_sections(folder / en.path, ja, en, ["4"])
    old, new = en.text.splitlines(), read_source(folder / en.path).text.splitlines()
    changed = [i for i, line in enumerate(old, start=1) if line != new[i - 1]]
    assert (changed, len(new)) == ([line_of(folder, '"4" = ')], len(old))
    assert [one.message[:11] for one in find_stale_sections(folder)] == ["section 10 "]


def test_a_renumbered_section_is_withheld_and_reported_twice(folder):
    change(folder, "## 10. ", "## 11. ")
    assert shown(folder)["11"] == {None}
    missing, unknown = find_stale_sections(folder)
    assert "section 11 of the translation is missing" in missing.text
    line = line_of(folder, '"10" = ')
    assert f":{line}: section 10 of the translation is unknown" in unknown.text


def test_accepting_all_binds_what_both_have_and_drops_what_is_gone(folder):
    change(folder, "## 10. ", "## 11. ")
    change(folder, "スロバキア", "チェコ")
    change(folder, "## 10. ", "## 11. ", "en")
    ja, en = read(folder)
    accept_sections(folder / en.path, ja, en, ["all"])
    assert find_stale_sections(folder) == []
    assert '"10" = ' not in (folder / en.path).read_text("utf-8")


@pytest.mark.parametrize("wanted", ["99", "Preamble"])
def test_only_a_section_of_the_policy_can_be_accepted(folder, wanted):
    ja, en = read(folder)
    with pytest.raises(UnknownSection):
        accept_sections(folder / en.path, ja, en, [wanted])
    assert (folder / en.path).read_text("utf-8") == en.text


def test_a_section_that_is_not_translated_cannot_be_accepted(folder):
    change(folder, "## 10. ", "## 11. ", "en")
    ja, en = read(folder)
    with pytest.raises(BadSource, match="no words for section 10"):
        accept_sections(folder / en.path, ja, en, ["4", "10"])
    assert (folder / en.path).read_text("utf-8") == en.text


def test_a_draft_is_not_reported(folder):
    change(folder, "スロバキア", "チェコ")
    change(folder, "draft = false", "draft = true", "en")
    assert find_stale_sections(folder) == []


def test_malformed_bindings_are_reported_with_file_and_line(folder):
    line = line_of(folder, '"4" = ')
    change(folder, '"4" = "', '"4" = "x', "en")
    expected = f"{folder / 'privacy-policy.en.md'}:{line}: translates: the value of 4 is no SHA-256"
    (finding,) = find_stale_sections(folder)
    assert finding.text.startswith(expected)


def test_a_reference_without_its_japanese_file_is_reported(folder):
    (folder / "privacy-policy.ja.md").unlink()
    line = line_of(folder, "reference = true")
    expected = f"{folder / 'privacy-policy.en.md'}:{line}: there is no Japanese file"
    (finding,) = find_stale_sections(folder)
    assert finding.text.startswith(expected)
    with pytest.raises(BadSource, match="there is no translation"):
        find_bilingual(folder, None)


def test_an_english_policy_of_its_own_is_no_translation(tmp_path):
    (tmp_path / "notice.en.md").write_text(EN, encoding="utf-8")
    assert find_stale_sections(tmp_path) == []
    assert [source.is_reference for source in read_sources(tmp_path)] == [False]
