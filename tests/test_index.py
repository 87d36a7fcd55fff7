import json
import shutil

import pytest

from qa_service.embedding import Encoder
from qa_service.errors import BadIndex, BadSource, UnknownPolicy, UnknownSection
from qa_service.index import Index, embedded_text
from qa_service.questions import read_question
from qa_service.retrieval import retrieve
from qa_service.settings import SHIPPED_MODEL
from qa_service.sources import make_source

POLICY = """# 方針

## 1. 取得

当社は、以下の情報を取得します。

- 氏名
- 住所

## 2. 窓口

電話でご連絡ください。
"""


@pytest.fixture
def built(encoder, tokenizer):
    return Index.build([make_source("small.ja.md", POLICY.encode())], encoder, tokenizer)


def test_a_passage_is_embedded_with_its_titles_and_its_lead_in(built):
    part = built.policy("small")
    assert embedded_text(part.source, part.passages[1], part.passages) == (
        "1. 取得\n当社は、以下の情報を取得します。\n氏名"
    )


def test_a_saved_index_answers_exactly_as_before(built, encoder, tokenizer, tmp_path):
    built.save(tmp_path)
    loaded = Index.load(tmp_path, encoder)
    question = read_question("住所を取得しますか", tokenizer)
    vector = encoder.encode_question(question.text)
    before = retrieve(question, built.policy("small"), vector)
    assert retrieve(question, loaded.policy("small"), vector) == before
    assert loaded.scope.distance(vector) == built.scope.distance(vector)
    assert loaded.policy("small").passages == built.policy("small").passages
    assert loaded.policy("small").source == built.policy("small").source


def test_building_twice_gives_the_same_hash_and_keeps_one_build(encoder, tokenizer, tmp_path):
    source = make_source("small.ja.md", POLICY.encode())
    first = Index.build([source], encoder, tokenizer).save(tmp_path)
    second = Index.build([source], encoder, tokenizer).save(tmp_path)
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first, "current"])


def test_another_policy_text_gives_another_hash_and_removes_the_old_build(
    encoder, tokenizer, tmp_path
):
    old = Index.build([make_source("a.md", POLICY.encode())], encoder, tokenizer).save(tmp_path)
    changed = POLICY.replace("住所", "役職").encode()
    new = Index.build([make_source("a.md", changed)], encoder, tokenizer).save(tmp_path)
    assert new != old
    assert not (tmp_path / old).exists()


def _files(folder):
    digest = (folder / "current").read_text().strip()
    return sorted(path for path in (folder / digest).rglob("*") if path.is_file())


def test_one_flipped_bit_in_any_file_is_noticed_and_named(built, encoder, tmp_path):
    built.save(tmp_path / "good")
    for path in _files(tmp_path / "good"):
        shutil.copytree(tmp_path / "good", tmp_path / "bad")
        damaged = tmp_path / "bad" / path.relative_to(tmp_path / "good")
        data = bytearray(damaged.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(bytes(data))
        with pytest.raises(BadIndex, match="policy-qa index") as caught:
            Index.load(tmp_path / "bad", encoder)
        assert damaged.name in str(caught.value)
        shutil.rmtree(tmp_path / "bad")


def test_a_truncated_and_a_missing_file_are_noticed(built, encoder, tmp_path):
    built.save(tmp_path)
    vectors = next(path for path in _files(tmp_path) if path.name == "dense.faiss")
    vectors.write_bytes(vectors.read_bytes()[:-1])
    with pytest.raises(BadIndex, match=r"dense\.faiss: the file was changed"):
        Index.load(tmp_path, encoder)
    vectors.unlink()
    with pytest.raises(BadIndex, match=r"dense\.faiss: the file is missing"):
        Index.load(tmp_path, encoder)


def test_a_folder_without_index_says_how_to_build_one(encoder, tmp_path):
    with pytest.raises(BadIndex, match=r"there is no index here\. Build it again: policy-qa index"):
        Index.load(tmp_path, encoder)


def test_an_index_from_another_model_is_refused_with_both_names(
    built, encoder, tiny_model, tmp_path
):
    built.save(tmp_path)
    other = Encoder.load(str(tiny_model))
    with pytest.raises(BadIndex, match=rf"{encoder.name}.*{other.name}"):
        Index.load(tmp_path, other)


def test_an_index_with_other_prompts_is_refused(built, tmp_path):
    built.save(tmp_path)
    other = Encoder.load(str(SHIPPED_MODEL), passage_prompt="passage: ")
    with pytest.raises(BadIndex, match="other prompts"):
        Index.load(tmp_path, other)


def test_a_file_that_the_manifest_does_not_name_is_noticed(built, encoder, tmp_path):
    digest = built.save(tmp_path)
    (tmp_path / digest / "scope" / "extra.npy").write_bytes(b"x")
    with pytest.raises(BadIndex, match=r"extra\.npy: the manifest does not name this file"):
        Index.load(tmp_path, encoder)


def test_an_index_of_another_schema_is_refused(built, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr("qa_service.index.SCHEMA", 0)
    built.save(tmp_path)
    monkeypatch.undo()
    with pytest.raises(BadIndex, match="schema 0"):
        Index.load(tmp_path, encoder)


def test_a_failed_write_leaves_the_old_index_in_use(built, encoder, tmp_path, monkeypatch):
    digest = built.save(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa_service.builds.os.fsync", full)
    with pytest.raises(BadIndex, match="No space left"):
        built.save(tmp_path)
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([digest, "current"])
    Index.load(tmp_path, encoder)


def test_a_damaged_build_of_the_same_content_is_mended_by_building_again(built, encoder, tmp_path):
    digest = built.save(tmp_path)
    vectors = next(path for path in _files(tmp_path) if path.name == "dense.faiss")
    vectors.write_bytes(b"")
    assert built.save(tmp_path) == digest
    Index.load(tmp_path, encoder)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([digest, "current"])


def test_drafts_are_not_served_and_a_translation_does_not_answer(encoder, tokenizer):
    draft = make_source("d.md", b"---\ndraft: true\n---\n# T\n\nText.\n")
    with pytest.raises(BadSource, match="draft"):
        Index.build([draft], encoder, tokenizer)
    hidden = make_source("p.ja.md", f"---\ndraft: true\n---\n{POLICY}".encode())
    with pytest.raises(BadSource, match="draft"):
        Index.build([make_source("p.en.md", b"We collect names.\n"), hidden], encoder, tokenizer)
    japanese = make_source("p.ja.md", POLICY.encode())
    english = make_source("p.en.md", b"# Policy\n\nWe collect names.\n")
    index = Index.build([english, japanese], encoder, tokenizer)
    assert [part.source.lang for part in index.policies.values()] == ["ja"]


def test_unknown_policies_and_sections_are_told_apart(built):
    with pytest.raises(UnknownPolicy):
        built.policy("other")
    with pytest.raises(UnknownSection):
        built.policy("small").section("99")
    assert built.policy("small").section("2").title == "窓口"


def test_the_manifest_names_model_sources_and_every_file(built, encoder, tmp_path):
    digest = built.save(tmp_path)
    manifest = json.loads((tmp_path / digest / "manifest.json").read_text("utf-8"))
    assert manifest["model"]["name"] == encoder.name
    assert manifest["model"]["sha256"] == encoder.sha256
    assert manifest["sources"] == {"small": built.policy("small").source.sha256}
    names = {path.relative_to(tmp_path / digest).as_posix() for path in _files(tmp_path)}
    assert set(manifest["files"]) == names - {"manifest.json"}
