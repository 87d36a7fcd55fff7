import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from qa_service.embedding import Encoder
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.tokens import Tokenizer
from qa_service.topics import read_examples, read_topics
from qa_service.training.bags import Bags, cut_batch
from qa_service.training.held_back import hold_back
from qa_service.training.labels import digest_labels, training_policies
from qa_service.training.model import save_model, train_model
from qa_service.training.pairs import (
    Pair,
    Topic,
    as_lemmas,
    digest_data,
    read_pairs,
    read_topic_texts,
)
from qa_service.training.record import write_record
from qa_service.training.table import Recipe, contrast
from qa_service.training.tokenizer import train_tokenizer

TOKENIZER = Tokenizer()
PAIRS = [
    ("the cat sleeps", "猫が眠る"),
    ("the dog runs", "犬が走る"),
    ("the bird sings", "鳥が歌う"),
    ("the fish swims", "魚が泳ぐ"),
]
# Texts as lemmas, as the encoder reads them.
TOPICS = [
    Topic(
        "cookie.use",
        ("クッキー は 使う ます か",),
        ("do you use cookies",),
        ("当社 は クッキー を 利用 為る ます 。",),
        ("we use cookies .",),
        ("クッキー を 焼く ます た 。",),
    ),
    Topic(
        "contact.phone",
        ("電話 番号 は",),
        ("phone number",),
        ("電話 : 03 - 0000 - 0000",),
        ("call 03 - 0000 - 0000 .",),
        (),
    ),
    Topic("offtopic.smalltalk", ("今日 は",), ("hello",), (), (), ()),
]
TINY = Recipe(
    pieces=300, dimensions=16, epochs=40, pairs_per_batch=4, questions_per_batch=8, topics_from=0.4
)


def write_data(folder: Path) -> Path:
    lines = "".join(f"{left}\t{right}\n" for left, right in PAIRS)
    (folder / "pairs").mkdir(parents=True)
    (folder / "parallel").mkdir()
    (folder / "pairs/animals.tsv").write_text(lines, encoding="utf-8")
    return folder


def train_tiny(folder: Path) -> Path:
    """Train on the pairs and topics above; return the folder of the model with its record."""
    pairs = [Pair("animals", left, right) for left, right in PAIRS]
    model = train_model(TINY, pairs, TOPICS)
    (folder / "model").mkdir(parents=True)
    save_model(model, folder / "model")
    write_record(folder / "model", write_data(folder / "data"), TINY)
    return folder / "model"


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_tiny(tmp_path_factory.mktemp("training"))


def test_reader_takes_each_pair_once_and_skips_broken_lines(tmp_path: Path) -> None:
    write_data(tmp_path)
    lines = (
        "a\t猫\r\nno tab\n\tempty left\nb\t\na\t猫\nsame\tsame\nthree\tparts\there\nb\u2028c\t犬\n"
    )
    (tmp_path / "parallel/odd.tsv").write_bytes(lines.encode())
    odd = [pair for pair in read_pairs(tmp_path, TOKENIZER) if pair.file == "odd"]
    assert odd == [Pair("odd", "a", "猫"), Pair("odd", "b c", "犬")]


def test_pairs_are_read_as_lemmas(tmp_path: Path) -> None:
    write_data(tmp_path)
    assert read_pairs(tmp_path, TOKENIZER)[1] == Pair("animals", "the dog runs", "犬 が 走る")
    assert as_lemmas("ｸｯｷｰを拒否した", TOKENIZER) == "クッキー を 拒否 為る た"


def test_topics_have_the_lemmas_of_their_own_examples_by_kind_and_language() -> None:
    topics = read_topic_texts(TOKENIZER)
    examples = read_examples()
    assert [topic.name for topic in topics] == [topic.id for topic in read_topics()]
    clause = next(c for c in examples.clauses if c.lang == "ja")
    first = next(topic for topic in topics if topic.name == clause.topics[0])
    assert first.clauses_ja[0] == as_lemmas(clause.text, TOKENIZER)
    n_questions = sum(len(t.questions_ja) + len(t.questions_en) for t in topics)
    assert n_questions == len(examples.questions)
    outside = next(topic for topic in topics if topic.name == "offtopic.smalltalk")
    assert outside.clauses_ja == outside.clauses_en == ()


def test_digest_follows_contents_and_not_the_place(tmp_path: Path) -> None:
    here, there = write_data(tmp_path / "here"), write_data(tmp_path / "there")
    assert digest_data(here) == digest_data(there)
    (there / "pairs/animals.tsv").write_text("a\tb\n", encoding="utf-8")
    assert digest_data(here) != digest_data(there)


def test_tokenizer_folds_width_and_case_and_splits_scripts() -> None:
    tokenizer = train_tokenizer([text for pair in PAIRS for text in pair], 300)
    assert tokenizer.encode("ＴＨＥ　Cat猫").ids == tokenizer.encode("the cat 猫").ids
    assert "".join(tokenizer.encode("the cat 猫").tokens) == "thecat猫"


def test_batch_holds_the_bags_of_its_rows_in_order() -> None:
    bags = Bags(np.array([7, 8, 9, 5]), np.array([0, 2, 2, 3, 4]))
    batch = cut_batch(bags, np.array([3, 1, 0]), 0.0, np.random.default_rng(0))
    assert batch.ids.tolist() == [5, 7, 8]
    assert batch.offsets.tolist() == [0, 1, 1]


def test_dropout_drops_tokens_and_no_bag() -> None:
    bags = Bags(np.arange(1000), np.arange(0, 1001, 10))
    batch = cut_batch(bags, np.arange(100), 0.5, np.random.default_rng(0))
    ends = [*batch.offsets[1:].tolist(), len(batch.ids)]
    for row, (start, end) in enumerate(zip(batch.offsets.tolist(), ends, strict=True)):
        assert set(batch.ids[start:end].tolist()) <= set(range(row * 10, row * 10 + 10))
    assert 400 < len(batch.ids) < 600


@pytest.mark.parametrize(
    ("scores", "positives", "expected"),
    [
        # Equal scores: every pair is guessed with 1 in 2.
        ([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]], math.log(2)),
        # The right pair leads by log 3 in rows and columns: guessed with 3 in 4.
        ([[math.log(3), 0.0], [0.0, math.log(3)]], [[1, 0], [0, 1]], math.log(4 / 3)),
        # The second column is nobody's partner: rows guess 1 in 2, its own column is not asked.
        ([[0.0, 0.0]], [[1, 0]], math.log(2) / 2),
    ],
)
def test_contrast_is_the_cross_entropy_of_rows_and_columns(
    scores: list[list[float]], positives: list[list[int]], expected: float
) -> None:
    loss = contrast(torch.tensor(scores), torch.tensor(positives, dtype=torch.bool))
    assert loss.item() == pytest.approx(expected)


def test_what_is_held_back_is_not_trained_on() -> None:
    files = ("jaquad", "policyqa", "tanaka")
    pairs = [Pair(file, f"q{n}", f"{file}{n // 2}") for file in files for n in range(1200)]
    topics = [Topic(f"t{n}", ("あ",) * 50, ("a",) * 50, ("い",), ("b",), ()) for n in range(20)]
    split = hold_back(pairs, topics)
    assert len(split.asked) == 1800
    assert {p.right for p in split.pairs}.isdisjoint(p.right for p in split.asked)
    assert {t.name for t in split.topics} | {t.name for t in split.new} == {t.name for t in topics}
    assert {t.name for t in split.topics}.isdisjoint(t.name for t in split.new)
    for seen, asked in zip(split.topics, split.known, strict=True):
        assert len(seen.questions_ja) + len(asked.questions_ja) == 50


def test_trained_folder_loads_and_finds_the_other_half_of_each_pair(tiny_model: Path) -> None:
    model = SentenceTransformer(str(tiny_model), device="cpu").float()
    left = model.encode([pair[0] for pair in PAIRS])
    right = model.encode([pair[1] for pair in PAIRS])
    assert np.linalg.norm(left, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert (left @ right.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_trained_folder_joins_questions_and_clauses_across_languages(tiny_model: Path) -> None:
    model = SentenceTransformer(str(tiny_model), device="cpu").float()
    (use, phone, _) = TOPICS
    question = model.encode(use.questions_en)
    clauses = model.encode([*use.clauses_ja, *phone.clauses_ja, *use.near_ja])
    assert (question @ clauses.T).argmax() == 0


def test_training_twice_gives_the_same_bytes(tiny_model: Path, tmp_path: Path) -> None:
    again = train_tiny(tmp_path)
    names = ("model.safetensors", "tokenizer.json", "training.json", "LEMMAS")
    assert [(again / name).read_bytes() for name in names] == [
        (tiny_model / name).read_bytes() for name in names
    ]


def test_record_names_the_shipped_files_by_hash() -> None:
    record = json.loads((SHIPPED_MODEL / "training.json").read_text(encoding="utf-8"))
    for key, name in (("weights", "model.safetensors"), ("tokenizer", "tokenizer.json")):
        content = (SHIPPED_MODEL / name).read_bytes()
        assert record[f"{key}_sha256"] == hashlib.sha256(content).hexdigest()


def test_record_of_the_reader_names_its_files_and_the_labels_by_hash() -> None:
    record = json.loads((SHIPPED_READER / "training.json").read_text(encoding="utf-8"))
    files = sorted(SHIPPED_READER.glob("*.npz"))
    assert record["files_sha256"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert record["labels_sha256"] == digest_labels()
    assert list(record["policies_sha256"]) == training_policies()


def test_shipped_folder_is_at_most_30_megabytes() -> None:
    assert (
        sum(path.stat().st_size for path in SHIPPED_MODEL.rglob("*") if path.is_file())
        <= 30_000_000
    )


def test_model_card_gives_the_held_back_figures() -> None:
    figures = json.loads((SHIPPED_MODEL / "held_back.json").read_text(encoding="utf-8"))
    card = (SHIPPED_MODEL / "README.md").read_text(encoding="utf-8")
    names = {name.rpartition(",")[0] for name in figures}
    for name in names:
        row = f"| {name} | {figures[f'{name}, top 1']:.3f} | {figures[f'{name}, top 10']:.3f} |"
        assert row in card


def test_shipped_model_finds_a_clause_in_both_languages() -> None:
    encoder = Encoder.load(str(SHIPPED_MODEL))
    questions = encoder.encode_questions(
        ["クッキーを無効にできますか？", "Can I turn off cookies?"]
    )
    clauses = encoder.encode_passages(
        ["ブラウザの設定により、Cookieの受け取りを拒否できます。", "電話番号は次のとおりです。"]
    )
    assert np.linalg.norm(questions, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert (questions @ clauses.T).argmax(axis=1).tolist() == [0, 0]
