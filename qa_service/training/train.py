"""Trains everything the service ships with, in about ten minutes on two cores.

    python -m qa_service.training.train --data ../shared/data --out qa_service/models

Writes the embedding model, then the topic router, then the calibration that goes with both. The
data folder holds `pairs/*.tsv`, `parallel/*.tsv` and `policies/`; topics and labels are the
package's own. The model cards name all origins; they are written by hand and left alone.
"""

import argparse
import logging
from pathlib import Path

from qa_service.embedding import Encoder
from qa_service.reader import ROUTER_FILE
from qa_service.router import Router
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.tokens import Tokenizer
from qa_service.topics import read_examples
from qa_service.training.fitting import ScorerRecipe
from qa_service.training.model import save_model, train_model
from qa_service.training.pairs import read_pairs, read_topic_texts
from qa_service.training.record import write_reader_record, write_record
from qa_service.training.router import RouterRecipe, fit_router
from qa_service.training.scorers import fit_calibrations
from qa_service.training.table import Recipe

logger = logging.getLogger(__name__)


def main() -> None:
    """Read the arguments and train."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Train the models of the service.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--out", type=Path, required=True, help="folder of the models")
    args = parser.parse_args()
    train_encoder(args.data, args.out / SHIPPED_MODEL.name, Recipe())
    train_reader(args.data, args.out / SHIPPED_MODEL.name, args.out / SHIPPED_READER.name)


def train_encoder(data: Path, out: Path, recipe: Recipe) -> None:
    """Train the embedding model on all pairs and examples, and write model and record."""
    tokenizer = Tokenizer()
    pairs, topics = read_pairs(data, tokenizer), read_topic_texts(tokenizer)
    logger.info("%d pairs, %d topics", len(pairs), len(topics))
    model = train_model(recipe, pairs, topics)
    out.mkdir(parents=True, exist_ok=True)
    save_model(model, out)
    write_record(out, data, recipe)
    logger.info("model written to %s", out)


def train_reader(data: Path, model: Path, out: Path) -> None:
    """Train router and calibrations for a model, and write them with their record."""
    out.mkdir(parents=True, exist_ok=True)
    examples = read_examples()
    fit_router(RouterRecipe(), examples.questions, examples.clauses).write(out / ROUTER_FILE)
    router = Router.load(out / ROUTER_FILE)
    fit_calibrations(ScorerRecipe(), Encoder.load(str(model)), router, data, out)
    write_reader_record(out, data, model, RouterRecipe(), ScorerRecipe())
    logger.info("router and calibrations written to %s", out)


if __name__ == "__main__":
    main()
