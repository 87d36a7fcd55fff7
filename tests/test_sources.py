import hashlib
from pathlib import Path

import pytest

from qa_service.errors import BadSource
from qa_service.sources import authoritative, check_unique, make_source, read_source, read_sources

ROOT = Path(__file__).parent.parent


def test_the_real_policy_is_unchanged():
    data = (ROOT / "policy_sources" / "privacy-policy.ja.md").read_bytes()
    expected = "492db21baab5163d757f609846cd5df3f0852473a9f1da9792a3bfcaa94586ce"
    assert hashlib.sha256(data).hexdigest() == expected
    assert make_source("privacy-policy.ja.md", data).sha256 == expected


TOML = """+++
title = "方針"
date = 2024-04-01
lastmod = 2025-05-02T10:00:00+09:00
translationKey = "mikan"
description = "説明"
draft = true
+++
文。
"""
YAML = """---
title: 方針
date: 2024-04-01
lastmod: "2025-05-02"
translationKey: mikan
description: 説明
draft: true
---
文。
"""


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [TOML, YAML])
def test_toml_and_yaml_front_matter_tell_the_same(text, newline, prefix):
    stored = prefix + text.replace("\n", newline)
    source = make_source("a.ja.md", stored.encode())
    assert source.text == stored
    assert (source.policy_id, source.lang, source.title) == ("mikan", "ja", "方針")
    assert (source.date, source.last_modified) == ("2024-04-01", "2025-05-02")
    assert (source.description, source.is_draft) == ("説明", True)


@pytest.mark.parametrize(
    ("name", "text", "policy_id", "lang", "title"),
    [
        ("shop.ja.md", "# **店**の方針\n\n文。", "shop", "ja", "店の方針"),
        ("shop.en.md", "## Our policy {#top}\n\nText.", "shop", "en", "Our policy"),
        ("shop.md", "文だけです。", "shop", "ja", "shop"),
        ("shop.md", "Only words of English here.", "shop", "en", "shop"),
        ("shop.md", "---\nlang: en\n---\n文。", "shop", "en", "shop"),
        ("店の方針.md", "文。", "店の方針", "ja", "店の方針"),
    ],
)
def test_without_front_matter_the_name_and_the_text_tell(name, text, policy_id, lang, title):
    source = make_source(name, text.encode())
    assert (source.policy_id, source.lang, source.title) == (policy_id, lang, title)


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "empty"),
        (b"\xef\xbb\xbf \r\n", 1, "empty"),
        ("文。\n文。\n".encode() + b"\xff\xfe", 3, "not UTF-8"),
        ("方針".encode("cp932"), 1, "not UTF-8"),
        (b"+++\ntitle = 'a'\ntext", 1, "not closed"),
        (b"+++\r\ntitle = 'a'\r\ntext", 1, "not closed"),
        (b"---\ntitle: a\ntext", 1, "not closed"),
        (b"\xef\xbb\xbf---\ntitle: a\ntext", 1, "not closed"),
        (b"+++\ntitle = 'a'\ndate =\n+++\ntext", 3, "not TOML"),
        (b"+++\ntitle = 'a'\ntitle = 'b'\n+++\ntext", 3, "not TOML"),
        (b"---\ntitle: a\n  b: [\n---\ntext", 3, "not YAML"),
        (b"---\ndate: 2024-13-45\n---\ntext", 2, "not YAML"),
        (b"---\n- a\n- b\n---\ntext", 2, "key: value"),
        (b"+++\ntitle = 'a'\ntranslationKey = 'a/b'\n+++\ntext", 3, "policy id"),
        (b"---\ntitle: a\ntranslationKey: ../a\n---\ntext", 3, "policy id"),
        (b"---\ntranslationKey: 'a b'\n---\ntext", 2, "policy id"),
    ],
)
def test_a_file_that_cannot_be_served_is_refused_with_its_line(data, line, reason, tmp_path):
    path = tmp_path / "bad.ja.md"
    path.write_bytes(data)
    with pytest.raises(BadSource, match=reason) as caught:
        read_source(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_two_files_of_one_policy_are_refused():
    first = make_source("a.ja.md", "文。".encode())
    second = make_source("b.ja.md", '+++\ntranslationKey = "a"\n+++\n文。'.encode())
    with pytest.raises(BadSource, match=r"policy 'a' in ja is also a\.ja\.md") as caught:
        check_unique([first, second])
    assert (caught.value.path, caught.value.line) == (Path("b.ja.md"), 2)


def test_a_folder_is_read_without_its_readme_in_order(tmp_path):
    for name in ("b.ja.md", "a.ja.md", "a.en.md", "README.md"):
        (tmp_path / name).write_text("Text. 文。", encoding="utf-8")
    assert [s.path for s in read_sources(tmp_path)] == ["a.en.md", "a.ja.md", "b.ja.md"]


@pytest.mark.parametrize(("name", "reason"), [("none", "no such folder"), (".", "no policy")])
def test_a_folder_without_policies_is_refused(name, reason, tmp_path):
    with pytest.raises(BadSource, match=reason):
        read_sources(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadSource, match="cannot be read"):
        read_source(tmp_path / "none.md")


def test_the_japanese_file_answers_and_drafts_do_not():
    english = make_source("a.en.md", b"Text.")
    japanese = make_source("a.ja.md", "文。".encode())
    only = make_source("b.en.md", b"Text.")
    draft = make_source("c.ja.md", "+++\ndraft = true\n+++\n文。".encode())
    assert authoritative([english, japanese, only, draft]) == (japanese, only)


def test_a_reference_translation_never_answers():
    text = "+++\nreference = true\n+++\nText."
    lone, beside = make_source("a.en.md", text.encode()), make_source("b.en.md", text.encode())
    japanese = make_source("b.ja.md", "文。".encode())
    assert (lone.is_reference, japanese.is_reference) == (True, False)
    assert authoritative([lone, beside, japanese]) == (japanese,)
