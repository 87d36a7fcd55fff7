"""Checks the training recipe: trains without some pairs and topics, then asks for them.

    python -m qa_service.training.held_back --data ../shared/data \
        --out qa_service/models/policy-static-ja-en/held_back.json

Writes shares between 0 and 1, and no model.
"""

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_service.tokens import Tokenizer
from qa_service.training.model import Model, embed_texts, train_model
from qa_service.training.pairs import Pair, Topic, read_pairs, read_topic_texts
from qa_service.training.table import Recipe

HELD_BACK_FILES = ("jaquad", "policyqa", "tanaka")
N_TEXTS = 300
N_TOPICS = 15
SHARE_OF_QUESTIONS = 0.1
SEED = 5


@dataclass(frozen=True, slots=True)
class Split:
    """What training may see, and what is asked afterwards.

    `new` are whole topics that training never sees; `known` are topics it sees, with questions
    that it does not see.
    """

    pairs: list[Pair]
    topics: list[Topic]
    asked: list[Pair]
    new: list[Topic]
    known: list[Topic]


def main() -> None:
    """Run the check and write its figures."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokenizer = Tokenizer()
    pairs, topics = read_pairs(args.data, tokenizer), read_topic_texts(tokenizer)
    split = hold_back(pairs, topics)
    model = train_model(Recipe(), split.pairs, split.topics)
    figures = measure_pairs(model, split.asked, pairs) | measure_topics(model, split, topics)
    args.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def hold_back(pairs: Sequence[Pair], topics: Sequence[Topic]) -> Split:
    """Split off answers with all their questions, whole topics, and questions of the others."""
    rng = np.random.default_rng(SEED)
    held: set[tuple[str, str]] = set()
    for file in HELD_BACK_FILES:
        answers = sorted({pair.right for pair in pairs if pair.file == file})
        held |= {(file, str(text)) for text in rng.choice(answers, N_TEXTS, replace=False)}
    new = {
        str(name) for name in rng.choice([t.name for t in topics if t.clauses_ja], N_TOPICS, False)
    }
    seen, known = zip(*[_halves(t, rng) for t in topics if t.name not in new], strict=True)
    return Split(
        [pair for pair in pairs if (pair.file, pair.right) not in held],
        list(seen),
        [pair for pair in pairs if (pair.file, pair.right) in held],
        [topic for topic in topics if topic.name in new],
        [topic for topic in known if topic.clauses_ja],
    )


def measure_pairs(model: Model, asked: Sequence[Pair], pairs: Sequence[Pair]) -> dict[str, float]:
    """Share of left texts with a partner among the 1 and 10 nearest held-back right texts."""
    partners: dict[str, set[str]] = {}
    for pair in pairs:
        partners.setdefault(pair.left, set()).add(pair.right)
    figures: dict[str, float] = {}
    for file in HELD_BACK_FILES:
        lefts = sorted({pair.left for pair in asked if pair.file == file})
        rights = sorted({pair.right for pair in asked if pair.file == file})
        correct = np.array([[right in partners[left] for right in rights] for left in lefts])
        figures |= _top_shares(
            file, embed_texts(model, lefts) @ embed_texts(model, rights).T, correct
        )
    return figures


def measure_topics(model: Model, split: Split, topics: Sequence[Topic]) -> dict[str, float]:
    """Share of questions with a clause of their own topic among the 1 and 10 nearest of all."""
    clauses = {
        "ja": [(topic.name, text) for topic in topics for text in topic.clauses_ja],
        "en": [(topic.name, text) for topic in topics for text in topic.clauses_en],
    }
    figures: dict[str, float] = {}
    for part, asked in (("new", split.new), ("known", split.known)):
        questions = {
            "ja": [(topic.name, text) for topic in asked for text in topic.questions_ja],
            "en": [(topic.name, text) for topic in asked for text in topic.questions_en],
        }
        for of, to in (("ja", "ja"), ("en", "en"), ("en", "ja")):
            scores = (
                embed_texts(model, [t for _, t in questions[of]])
                @ embed_texts(model, [t for _, t in clauses[to]]).T
            )
            correct = np.array([[n == m for m, _ in clauses[to]] for n, _ in questions[of]])
            figures |= _top_shares(f"{part} topics, {of} to {to}", scores, correct)
    return figures


def _halves(topic: Topic, rng: np.random.Generator) -> tuple[Topic, Topic]:
    """Split the questions of a topic in those that training sees and those that are asked."""
    ja = rng.random(len(topic.questions_ja)) < SHARE_OF_QUESTIONS
    en = rng.random(len(topic.questions_en)) < SHARE_OF_QUESTIONS
    seen, asked = (
        replace(
            topic,
            questions_ja=tuple(t for t, m in zip(topic.questions_ja, ja, strict=True) if m == part),
            questions_en=tuple(t for t, m in zip(topic.questions_en, en, strict=True) if m == part),
        )
        for part in (False, True)
    )
    return seen, asked


def _top_shares(
    name: str, scores: npt.NDArray[np.float32], correct: npt.NDArray[np.bool_]
) -> dict[str, float]:
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(correct, order, axis=1)
    return {f"{name}, top {k}": round(float(ranked[:, :k].any(axis=1).mean()), 3) for k in (1, 10)}


if __name__ == "__main__":
    main()
