import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from qa_service.embedding import Encoder
from qa_service.router import Voice
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.topics import Example, Examples, read_examples, read_held_back, read_topics
from qa_service.training.deck import Deck, DeckRecipe, PolicyText
from qa_service.training.encoder import (
    EncoderRecipe,
    blank_heads,
    contrast,
    fit_encoder,
    make_head,
)
from qa_service.training.labels import Use, digest_labels, policies_for
from qa_service.training.network import Network
from qa_service.training.pairs import digest_data, pair_files, read_pairs
from qa_service.training.vocabulary import choose_pieces, make_tokenizer

NUMBER = {topic.id: i for i, topic in enumerate(read_topics())}
EXAMPLES = Examples(
    questions=(
        Example("クッキー", "ja", ("cookie.use",)),
        Example("個人情報", "ja", ("collection.items",)),
        Example("s", "en", ("offtopic.smalltalk",)),
    ),
    confusable=(),
    clauses=(
        Example("クッキーs", "ja", ("cookie.use",)),
        Example("個人情報s", "ja", ("collection.items",)),
    ),
    near_misses=(),
)
POLICY = (PolicyText("情報s クッキー", "クッキー", {"cookie.use": 2}),)
TINY = EncoderRecipe(
    layers=(0, 1), steps=12, warm_up=2, learning_rate=1e-4, head_learning_rate=0.05,
    dropped_tokens=0.0, query_prompt="query: ", seed=17,
    deck=DeckRecipe(topics=2, questions=1, outside=1, passages=1, near=0.0),
)  # fmt: skip


def train(pretrained):
    network = Network.of(pretrained, range(len(pretrained.pieces)), TINY.layers)
    tokenizer = make_tokenizer(pretrained, range(len(pretrained.pieces)))
    deck = Deck(TINY.deck, EXAMPLES, [POLICY], TINY.seed)
    heads = blank_heads(TINY)
    fit_encoder(TINY, network, heads, tokenizer, deck)
    return network, tokenizer, heads


def test_an_encoder_and_its_head_learn_to_name_topics(pretrained, encoder):
    network, tokenizer, heads = train(pretrained)
    head = make_head(TINY, heads, encoder, EXAMPLES.clauses)
    for voice, prompt, examples in (
        (Voice.QUESTION, "query: ", EXAMPLES.questions),
        (Voice.CLAUSE, "passage: ", EXAMPLES.clauses),
    ):
        encodings = tokenizer.encode_batch_fast([prompt + example.text for example in examples])
        with torch.no_grad():
            vectors = network([encoding.ids for encoding in encodings]).numpy()
        best = head.route(vectors, voice).argmax(axis=1).tolist()
        assert best == [NUMBER[example.topics[0]] for example in examples]


def test_training_twice_gives_the_same_weights(pretrained):
    (one, _, heads), (two, _, others) = train(pretrained), train(pretrained)
    packed, again = one.pack(8), two.pack(8)
    assert packed.keys() == again.keys()
    assert all(torch.equal(packed[name], again[name]) for name in packed)
    for head, other in zip(heads, others, strict=True):
        assert torch.equal(head.weight, other.weight)


def test_a_head_has_some_clauses_of_each_topic_spread_over_all(encoder):
    clauses = [
        *(Example(f"クッキー {n}", "ja", ("cookie.use",)) for n in range(7)),
        Example("電話", "ja", ("contact.phone",)),
    ]
    heads = [torch.nn.Linear(384, len(NUMBER)) for _ in Voice]
    head = make_head(replace(TINY, clauses_of_a_topic=3), heads, encoder, clauses)
    kept = ["クッキー 0", "クッキー 2", "クッキー 4", "電話"]
    assert np.array_equal(head.clauses, encoder.encode_passages(kept))
    assert head.clause_topics.tolist() == [NUMBER["cookie.use"]] * 3 + [NUMBER["contact.phone"]]
    assert head.encoder == encoder.sha256


@pytest.mark.parametrize(
    ("likeness", "answers", "expected"),
    [
        # Equal likeness: every pair is guessed with 1 in 2, by row and by column.
        ([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]], 2 * math.log(2)),
        # The right pair leads by log 3 in rows and columns: guessed with 3 in 4.
        ([[math.log(3), 0.0], [0.0, math.log(3)]], [[1, 0], [0, 1]], 2 * math.log(4 / 3)),
        # The second column answers nothing: rows guess 1 in 2, its own column is not asked.
        ([[0.0, 0.0]], [[1, 0]], math.log(2)),
        # Two answers of which one only supports: each is to have its share.
        ([[0.0, 0.0]], [[1, 0.5]], math.log(2)),
    ],
)
def test_contrast_is_the_cross_entropy_of_rows_and_columns(likeness, answers, expected):
    loss = contrast(torch.tensor(likeness), torch.tensor(answers, dtype=torch.float32))
    assert loss.item() == pytest.approx(expected)


def write_data(folder: Path, *lines: str) -> Path:
    (folder / "pairs").mkdir(parents=True)
    (folder / "pairs/animals.tsv").write_bytes("".join(lines).encode())
    return folder


def test_pairs_are_read_line_by_line_and_broken_ones_skipped(tmp_path):
    lines = ("a\t猫\r\n", "no tab\n", "\tempty left\n", "b\t\n", "three\tparts\there\n",
             "b\u2028c\t犬\n")  # fmt: skip
    data = write_data(tmp_path, *lines)
    assert list(read_pairs(data)) == [("a", "猫"), ("b\u2028c", "犬")]
    assert [path.name for path in pair_files(data)] == ["animals.tsv"]


def test_the_digest_follows_contents_and_not_the_place(tmp_path):
    here, there = (write_data(tmp_path / name, "a\t猫\n") for name in ("here", "there"))
    assert digest_data(here) == digest_data(there)
    (there / "pairs/animals.tsv").write_text("a\tb\n", encoding="utf-8")
    assert digest_data(here) != digest_data(there)


def test_the_most_frequent_pieces_are_kept_after_the_special_ones(pretrained, tmp_path):
    data = write_data(tmp_path, *["cookie\tクッキー\n"] * 3)
    # Every text begins with the blank; of the other pieces, our own examples have `s` most often.
    assert choose_pieces(pretrained, data, 6) == [0, 1, 2, 3, 4, 8]
    assert choose_pieces(pretrained, data, 99) == list(range(len(pretrained.pieces)))


def test_what_is_held_back_is_not_among_the_examples():
    learnt = {question.text for question in read_examples().questions}
    held = {question.text for question in read_held_back()}
    assert len(held) > 1000
    # Four short ones were thought of twice, by writers who did not know of each other.
    assert learnt & held == {"初版 いつ", "show me my file", "ﾒｰﾙ ﾄﾒﾃ", "委任状 書式"}


def test_the_record_of_the_encoder_names_its_files_and_what_it_learnt_from_by_hash():
    record = json.loads((SHIPPED_MODEL / "training.json").read_text(encoding="utf-8"))
    for key, name in (("weights", "model.safetensors"), ("tokenizer", "tokenizer.json")):
        content = (SHIPPED_MODEL / name).read_bytes()
        assert record[f"{key}_sha256"] == hashlib.sha256(content).hexdigest()
    assert record["labels_sha256"] == digest_labels(Use.ENCODER)
    assert list(record["policies_sha256"]) == policies_for(Use.ENCODER)


def test_the_record_of_the_reader_names_its_files_and_the_labels_by_hash():
    record = json.loads((SHIPPED_READER / "training.json").read_text(encoding="utf-8"))
    files = sorted(SHIPPED_READER.glob("*.npz"))
    assert record["files_sha256"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert record["labels_sha256"] == digest_labels(Use.CALIBRATION)
    assert list(record["policies_sha256"]) == policies_for(Use.CALIBRATION)


def test_all_shipped_models_together_have_at_most_30_megabytes():
    files = [path for folder in (SHIPPED_MODEL, SHIPPED_READER) for path in folder.rglob("*")]
    assert sum(path.stat().st_size for path in files) <= 30_000_000


def test_the_shipped_model_finds_a_clause_in_both_languages():
    encoder = Encoder.load(str(SHIPPED_MODEL))
    questions = encoder.encode_questions(
        ["クッキーを無効にできますか？", "Can I turn off cookies?"]
    )
    clauses = encoder.encode_passages(
        ["ブラウザの設定により、Cookieの受け取りを拒否できます。", "電話番号は次のとおりです。"]
    )
    assert np.linalg.norm(questions, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert (questions @ clauses.T).argmax(axis=1).tolist() == [0, 0]
