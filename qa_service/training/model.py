"""Turns pairs and topics into a trained model, and a trained model into a folder to ship.

Texts become row numbers here; the tables of numbers are trained in `table`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from qa_service.embedding import LEMMAS_FILE
from qa_service.training.bags import bag_texts
from qa_service.training.pairs import Pair, Topic
from qa_service.training.table import NO_TOPIC, PairBags, Recipe, TopicBags, fit_table
from qa_service.training.tokenizer import train_tokenizer


@dataclass(frozen=True, slots=True)
class Model:
    """A tokenizer and its token vectors: float32, shape `(pieces, dimensions)`."""

    tokenizer: Tokenizer
    vectors: torch.Tensor


def train_model(recipe: Recipe, pairs: Sequence[Pair], topics: Sequence[Topic]) -> Model:
    """Train the tokenizer on all texts, then the token vectors on the pairs and topics."""
    texts = sorted({*chain.from_iterable((pair.left, pair.right) for pair in pairs)})
    topic_texts = {*chain.from_iterable(map(_all_texts, topics))}
    tokenizer = train_tokenizer(sorted(topic_texts.union(texts)), recipe.pieces)
    row = {text: number for number, text in enumerate(texts)}
    pair_bags = PairBags(
        bag_texts(tokenizer, texts),
        np.array([row[pair.left] for pair in pairs], dtype=np.int64),
        np.array([row[pair.right] for pair in pairs], dtype=np.int64),
    )
    vectors = fit_table(
        recipe, tokenizer.get_vocab_size(), pair_bags, _topic_bags(tokenizer, topics)
    )
    return Model(tokenizer, vectors)


def save_model(model: Model, out: Path) -> None:
    """Write a folder that `SentenceTransformer(out)` loads; vectors are stored as float16."""
    _sentence_transformer(model).half().save(str(out), create_model_card=False)
    (out / LEMMAS_FILE).touch()
    for path in out.rglob("*.safetensors"):
        path.chmod(0o644)  # The library writes weights that only their owner may read.


def embed_texts(model: Model, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Embed the texts in order: float32, shape `(n, dimensions)`, rows of unit length."""
    vectors: npt.NDArray[np.float32] = _sentence_transformer(model).encode(
        list(texts), batch_size=1024, show_progress_bar=False
    )
    return vectors


def _sentence_transformer(model: Model) -> SentenceTransformer:
    static = StaticEmbedding(model.tokenizer, embedding_weights=model.vectors.clone())
    return SentenceTransformer(modules=[static, Normalize()], device="cpu")


def _topic_bags(tokenizer: Tokenizer, topics: Sequence[Topic]) -> TopicBags:
    """Number the topics; an off-topic question is only a wrong question for every clause."""
    questions: list[str] = []
    question_topic: list[int] = []
    clauses: list[str] = []
    clause_topic: list[int] = []
    for number, topic in enumerate(topics):
        asked = topic.questions_ja + topic.questions_en
        answering = topic.clauses_ja + topic.clauses_en
        questions += asked
        question_topic += [number] * len(asked)
        clauses += answering + topic.near_ja
        clause_topic += [number] * len(answering) + [NO_TOPIC] * len(topic.near_ja)
    return TopicBags(
        bag_texts(tokenizer, questions),
        np.array(question_topic, dtype=np.int64),
        bag_texts(tokenizer, clauses),
        np.array(clause_topic, dtype=np.int64),
    )


def _all_texts(topic: Topic) -> tuple[str, ...]:
    return (
        topic.questions_ja
        + topic.questions_en
        + topic.clauses_ja
        + topic.clauses_en
        + topic.near_ja
    )
