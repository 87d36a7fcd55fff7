"""Trains the embedding model that the service ships with, in about six minutes on two cores.

    python -m qa_service.training.train \
        --data ../shared/data --out qa_service/models/policy-static-ja-en

The data folder holds `pairs/*.tsv`, `parallel/*.tsv` and `intents/topics.jsonl`; the model card
in the model folder names their origin. The card itself is written by hand and left alone.
"""

import argparse
import logging
from dataclasses import replace
from pathlib import Path

from qa_service.training.model import save_model, train_model
from qa_service.training.pairs import read_pairs, read_topics
from qa_service.training.record import write_record
from qa_service.training.table import Recipe

logger = logging.getLogger(__name__)


def main() -> None:
    """Read the arguments and train."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Train the embedding model of the service.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    args = parser.parse_args()
    train(args.data, args.out, replace(Recipe(), seed=args.seed))


def train(data: Path, out: Path, recipe: Recipe) -> None:
    """Train on everything in `data`, and write model and record to `out`."""
    pairs, topics = read_pairs(data), read_topics(data)
    logger.info("%d pairs, %d topics", len(pairs), len(topics))
    model = train_model(recipe, pairs, topics)
    out.mkdir(parents=True, exist_ok=True)
    save_model(model, out)
    write_record(out, data, recipe)
    logger.info("model written to %s", out)


if __name__ == "__main__":
    main()
