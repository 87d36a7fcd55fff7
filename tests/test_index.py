import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from qa_service.embedding import Encoder
from qa_service.errors import BadIndex, BadSource, UnknownPolicy, UnknownSection
from qa_service.index import Index
from qa_service.messages import Status
from qa_service.questions import read_question
from qa_service.reader import Reader
from qa_service.retrieval import retrieve
from qa_service.reviews import Entry, Review, known_name, new_quote
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.sources import hash_span, make_source
from qa_service.topicmap import privacy_topics

POLICY = """# 方針

## 1. 取得

当社は、以下の情報を取得します。

- 氏名
- 住所

## 2. 窓口

電話でご連絡ください。
"""


@pytest.fixture(scope="module")
def built(reader):
    return Index.build([make_source("small.ja.md", POLICY.encode())], reader, {})


def test_a_passage_is_embedded_with_its_titles_and_its_lead_in(built, encoder):
    (expected,) = encoder.encode_passages(["1. 取得\n当社は、以下の情報を取得します。\n氏名"])
    scores = built.policy("small").dense.scores(expected[None])
    assert scores.argmax() == 1
    assert scores[1] == pytest.approx(1.0, abs=1e-6)


def test_a_saved_index_answers_exactly_as_before(built, reader, tmp_path):
    built.save(tmp_path)
    before, after = built.policy("small"), Index.load(tmp_path, reader).policy("small")
    question = read_question("住所を取得しますか", reader.tokenizer)
    assert retrieve(question, after, reader).hits == retrieve(question, before, reader).hits
    assert (after.passages, after.sections) == (before.passages, before.sections)
    assert after.source == before.source
    assert after.topic_map.statuses == before.topic_map.statuses
    assert np.array_equal(after.topic_map.likely, before.topic_map.likely)
    assert np.array_equal(after.topic_map.proposed, before.topic_map.proposed)
    assert np.array_equal(after.routed, before.routed)


def test_what_a_maintainer_reviewed_is_in_the_map_of_its_policy_alone(reader):
    sources = [make_source(name, POLICY.encode()) for name in ("a.ja.md", "b.ja.md")]
    words = "電話でご連絡ください。"
    entry = Entry("contact.phone", Status.PARTIAL, (new_quote(words, 1),))
    review = Review({entry.topic: entry}, frozenset({known_name(words)}))
    index = Index.build(sources, reader, {"a": review})
    phone = [topic.id for topic in privacy_topics()].index("contact.phone")
    reviewed, proposed = index.policy("a"), index.policy("b")
    assert reviewed.topic_map.statuses[phone] is Status.PARTIAL
    assert reviewed.topic_map.likely[phone, reviewed.spans.index(words)] == 0.5
    assert proposed.topic_map.statuses == (None,) * len(privacy_topics())
    assert np.array_equal(proposed.topic_map.likely, proposed.topic_map.proposed)


def test_building_twice_gives_the_same_hash_and_keeps_one_build(built, reader, tmp_path):
    first = built.save(tmp_path)
    source = make_source("small.ja.md", POLICY.encode())
    second = Index.build([source], reader, {}).save(tmp_path)
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first, "current"])


def _source(text):
    return make_source("small.ja.md", text.encode())


def _save(text, reader, folder):
    return Index.build([_source(text)], reader, {}).save(folder)


def test_another_policy_text_gives_another_hash_and_keeps_the_old_build(built, reader, tmp_path):
    old = built.save(tmp_path)
    new = _save(POLICY.replace("住所", "役職"), reader, tmp_path)
    assert new != old
    assert (tmp_path / "current").read_text().split() == [new, old]
    policy = Index.load(tmp_path, reader).policy("small")
    assert [revision.source for revision in policy.earlier] == [built.policy("small").source]
    assert "役職" in policy.source.text


def test_as_many_revisions_are_kept_as_are_wanted(reader, tmp_path):
    sources = [_source(POLICY.replace("住所", f"住所{i}")) for i in range(3)]
    for source in sources:
        Index.build([source], reader, {}).save(tmp_path, n_revisions=2)
    assert len((tmp_path / "current").read_text().split()) == 2
    policy = Index.load(tmp_path, reader).policy("small")
    assert [one.source for one in policy.revisions] == sources[:0:-1]


def test_a_rebuild_with_another_review_keeps_every_revision(built, reader, tmp_path):
    text = POLICY.replace("住所", "役職")
    entry = Entry("contact.phone", Status.PARTIAL, (new_quote("電話でご連絡ください。", 1),))
    review = Review({entry.topic: entry}, frozenset({known_name("電話でご連絡ください。")}))
    first = built.save(tmp_path, n_revisions=2)
    second, last = (
        Index.build([_source(text)], reader, reviews).save(tmp_path, n_revisions=2)
        for reviews in ({}, {"small": review})
    )
    assert second != last
    assert (tmp_path / "current").read_text().split() == [last, first]
    (earlier,) = Index.load(tmp_path, reader).policy("small").earlier
    assert earlier == built.policy("small").revision


def test_a_policy_that_came_later_has_no_revisions_before_it(built, reader, tmp_path):
    built.save(tmp_path)
    sources = [_source(POLICY), make_source("late.ja.md", POLICY.encode())]
    Index.build(sources, reader, {}).save(tmp_path)
    index = Index.load(tmp_path, reader)
    assert index.policy("late").revisions == (index.policy("late").revision,)
    assert index.policy("small").earlier == ()


def test_going_back_to_an_earlier_text_names_each_build_once(built, reader, tmp_path):
    first = built.save(tmp_path)
    second = _save(POLICY.replace("住所", "役職"), reader, tmp_path)
    assert built.save(tmp_path) == first
    assert (tmp_path / "current").read_text().split() == [first, second]


def test_publishing_the_same_content_again_writes_nothing(built, tmp_path):
    built.save(tmp_path)
    before = (tmp_path / "current").stat()
    built.save(tmp_path)
    assert (tmp_path / "current").stat().st_ino == before.st_ino


def test_a_damaged_earlier_build_is_left_out_and_the_present_one_still_loads(
    built, reader, tmp_path
):
    old = built.save(tmp_path)
    _save(POLICY.replace("住所", "役職"), reader, tmp_path)
    (tmp_path / old / "policies" / "small" / "source.md").write_bytes(b"forged")
    assert Index.load(tmp_path, reader).policy("small").earlier == ()
    shutil.rmtree(tmp_path / old)
    assert Index.load(tmp_path, reader).policy("small").earlier == ()


def _files(folder):
    digest = (folder / "current").read_text().split()[0]
    return sorted(path for path in (folder / digest).rglob("*") if path.is_file())


def test_one_flipped_bit_in_any_file_is_noticed_and_named(built, reader, tmp_path):
    built.save(tmp_path / "good")
    for path in _files(tmp_path / "good"):
        shutil.copytree(tmp_path / "good", tmp_path / "bad")
        damaged = tmp_path / "bad" / path.relative_to(tmp_path / "good")
        data = bytearray(damaged.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(bytes(data))
        with pytest.raises(BadIndex, match="policy-qa index") as caught:
            Index.load(tmp_path / "bad", reader)
        assert damaged.name in str(caught.value)
        shutil.rmtree(tmp_path / "bad")


def test_a_truncated_and_a_missing_file_are_noticed(built, reader, tmp_path):
    built.save(tmp_path)
    vectors = next(path for path in _files(tmp_path) if path.name == "dense.faiss")
    vectors.write_bytes(vectors.read_bytes()[:-1])
    with pytest.raises(BadIndex, match=r"dense\.faiss: the file was changed"):
        Index.load(tmp_path, reader)
    vectors.unlink()
    with pytest.raises(BadIndex, match=r"dense\.faiss: the file is missing"):
        Index.load(tmp_path, reader)


def test_a_folder_without_index_says_how_to_build_one(reader, tmp_path):
    with pytest.raises(BadIndex, match=r"there is no index here\. Build it again: policy-qa index"):
        Index.load(tmp_path, reader)


def test_an_index_from_another_model_is_refused_with_both_names(
    built, encoder, tiny_model, tmp_path
):
    built.save(tmp_path)
    other = Reader.open(Encoder.load(str(tiny_model)), SHIPPED_READER)
    with pytest.raises(BadIndex, match=rf"{encoder.name}.*{other.encoder.name}"):
        Index.load(tmp_path, other)


@pytest.mark.parametrize(
    ("part", "named"), [("router", "router"), ("head", "router"), ("calibration", "calibration")]
)
def test_an_index_from_other_parts_is_refused(built, reader, tmp_path, part, named):
    built.save(tmp_path)
    other = replace(reader, **{part: replace(getattr(reader, part), sha256="0" * 64)})
    with pytest.raises(BadIndex, match=f"another {named}"):
        Index.load(tmp_path, other)


def test_an_index_with_other_prompts_is_refused(built, tmp_path):
    built.save(tmp_path)
    prompted = Encoder.load(str(SHIPPED_MODEL), passage_prompt="text: ")
    with pytest.raises(BadIndex, match="other prompts"):
        Index.load(tmp_path, Reader.open(prompted, SHIPPED_READER))


def test_a_file_that_the_manifest_does_not_name_is_noticed(built, reader, tmp_path):
    digest = built.save(tmp_path)
    (tmp_path / digest / "policies" / "extra.npy").write_bytes(b"x")
    with pytest.raises(BadIndex, match=r"extra\.npy: the manifest does not name this file"):
        Index.load(tmp_path, reader)


def test_an_index_of_another_schema_is_refused(built, reader, tmp_path, monkeypatch):
    monkeypatch.setattr("qa_service.index.SCHEMA", 0)
    built.save(tmp_path)
    monkeypatch.undo()
    with pytest.raises(BadIndex, match="schema 0"):
        Index.load(tmp_path, reader)


def test_a_failed_write_leaves_the_old_index_in_use(built, reader, tmp_path, monkeypatch):
    digest = built.save(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa_service.builds.os.fsync", full)
    with pytest.raises(BadIndex, match="No space left"):
        built.save(tmp_path)
    monkeypatch.undo()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([digest, "current"])
    Index.load(tmp_path, reader)


def test_a_damaged_build_of_the_same_content_is_mended_by_building_again(built, reader, tmp_path):
    digest = built.save(tmp_path)
    vectors = next(path for path in _files(tmp_path) if path.name == "dense.faiss")
    vectors.write_bytes(b"")
    assert built.save(tmp_path) == digest
    Index.load(tmp_path, reader)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([digest, "current"])


def test_drafts_are_not_served_and_a_translation_does_not_answer(reader):
    draft = make_source("d.md", b"---\ndraft: true\n---\n# T\n\nText.\n")
    with pytest.raises(BadSource, match="draft"):
        Index.build([draft], reader, {})
    hidden = make_source("p.ja.md", f"---\ndraft: true\n---\n{POLICY}".encode())
    with pytest.raises(BadSource, match="draft"):
        Index.build([make_source("p.en.md", b"We collect names.\n"), hidden], reader, {})
    japanese = make_source("p.ja.md", POLICY.encode())
    english = make_source("p.en.md", b"# Policy\n\nWe collect names.\n")
    index = Index.build([english, japanese], reader, {})
    assert [part.source.lang for part in index.policies.values()] == ["ja"]


TRANSLATION = f"""+++
reference = true
[translates]
"1" = "{hash_span(POLICY[POLICY.index("1. 取得") : POLICY.index("2. 窓口")])}"
+++

# Policy

## 1. Acquisition

We acquire the following information.

- Name
- Address
"""


def test_a_translation_is_kept_beside_the_passages_of_its_policy(reader, tmp_path):
    sources = [
        make_source("small.en.md", TRANSLATION.encode()),
        make_source("small.ja.md", POLICY.encode()),
    ]
    Index.build(sources, reader, {}).save(tmp_path)
    kept = Index.load(tmp_path, reader).policy("small").translation
    assert kept is not None
    told = [kept.text[span[0] : span[1]] if span else None for span in kept.spans]
    assert told == ["We acquire the following information.", "Name", "Address", None]
    assert (kept.lang, kept.text) == ("en", TRANSLATION)


def test_a_policy_without_a_translation_or_with_a_draft_of_one_has_none(built, reader):
    assert built.policy("small").translation is None
    draft = TRANSLATION.replace("reference = true", "reference = true\ndraft = true")
    sources = [make_source("p.en.md", draft.encode()), make_source("p.ja.md", POLICY.encode())]
    assert Index.build(sources, reader, {}).policy("p").translation is None


def test_malformed_bindings_are_refused_when_the_index_is_built(reader):
    broken = TRANSLATION.replace('"1" = "', '"1" = "x')
    sources = [make_source("p.en.md", broken.encode()), make_source("p.ja.md", POLICY.encode())]
    with pytest.raises(BadSource, match=r"p\.en\.md:4: translates"):
        Index.build(sources, reader, {})


def test_an_index_whose_translation_is_of_other_passages_is_refused(reader, tmp_path):
    sources = [
        make_source("small.en.md", TRANSLATION.encode()),
        make_source("small.ja.md", POLICY.encode()),
    ]
    index = Index.build(sources, reader, {})
    part = index.policy("small")
    assert part.translation is not None
    shorter = replace(part.translation, spans=part.translation.spans[1:])
    index.policies["small"] = replace(part, translation=shorter)
    index.save(tmp_path)
    with pytest.raises(BadIndex, match="its translation and passages differ in number"):
        Index.load(tmp_path, reader)


def test_unknown_policies_and_sections_are_told_apart(built):
    with pytest.raises(UnknownPolicy):
        built.policy("other")
    with pytest.raises(UnknownSection):
        built.policy("small").section("99")
    assert built.policy("small").section("2").title == "窓口"


def test_the_manifest_names_readers_sources_and_every_file(built, reader, tmp_path):
    digest = built.save(tmp_path)
    manifest = json.loads((tmp_path / digest / "manifest.json").read_text("utf-8"))
    assert manifest["readers"]["name"] == reader.encoder.name
    assert manifest["readers"]["sha256"] == reader.encoder.sha256
    assert manifest["readers"]["router"] == f"{reader.router.sha256}+{reader.head.sha256}"
    assert manifest["readers"]["calibration"] == reader.calibration.sha256
    assert manifest["sources"] == {"small": built.policy("small").source.sha256}
    names = {path.relative_to(tmp_path / digest).as_posix() for path in _files(tmp_path)}
    assert set(manifest["files"]) == names - {"manifest.json"}
