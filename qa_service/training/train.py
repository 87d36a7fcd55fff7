"""Trains everything the service ships with, in about an hour and a half on two cores.

    python -m qa_service.training.train --data ../shared/data --out qa_service/models

Writes the encoder and its topic head, then the topic router, then the calibration that goes with
all three; `--only` names one of the three steps. The data folder holds `pairs/*.tsv`,
`parallel/*.tsv` and `policies/`; topics, labels and some policies are the package's own. The model
cards name all origins; they are written by hand and left alone.
"""

import argparse
import logging
from pathlib import Path

from qa_service.embedding import Encoder
from qa_service.head import TopicHead
from qa_service.reader import ANY_MODEL_FILE, CALIBRATION_FILE, HEAD_FILE, ROUTER_FILE
from qa_service.router import Router
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER
from qa_service.tokens import Tokenizer
from qa_service.topics import read_examples
from qa_service.training.deck import Deck, PolicyText
from qa_service.training.encoder import RECIPES, blank_heads, fit_encoder, make_head
from qa_service.training.fitting import ScorerRecipe
from qa_service.training.labels import LabelledPolicy, Use, read_labelled_policies
from qa_service.training.network import HEADS, Network
from qa_service.training.pretrained import WIDTH, read_pretrained
from qa_service.training.record import write_encoder_record, write_reader_record
from qa_service.training.router import RouterRecipe, fit_router
from qa_service.training.scorers import blank_reader, fit_calibrations
from qa_service.training.vocabulary import choose_pieces, make_tokenizer
from qa_service.transformer import QuantizedBert
from qa_service.wordings import read_wordings

logger = logging.getLogger(__name__)

N_PIECES = 20_000
STEPS = ("encoder", "router", "calibration")


def main() -> None:
    """Read the arguments and train."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Train the models of the service.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--out", type=Path, required=True, help="folder of the models")
    parser.add_argument("--only", choices=STEPS, help="one step; else all")
    args = parser.parse_args()
    model, reader = args.out / SHIPPED_MODEL.name, args.out / SHIPPED_READER.name
    steps = [args.only] if args.only else STEPS
    if "encoder" in steps:
        train_encoder(args.data, model, reader)
    if "router" in steps:
        train_router(reader, RouterRecipe())
    if "calibration" in steps:
        train_calibrations(args.data, model, reader, ScorerRecipe())


def train_encoder(data: Path, model: Path, reader: Path) -> None:
    """Train the encoder with its head; write the encoder to `model`, the head to `reader`."""
    pretrained = read_pretrained()
    pieces = choose_pieces(pretrained, data, N_PIECES)
    tokenizer = make_tokenizer(pretrained, pieces)
    policies = [
        _passages(policy)
        for policy in read_labelled_policies(data, Tokenizer())
        if policy.use is Use.ENCODER
    ]
    examples = read_examples()
    heads = blank_heads(RECIPES[0])
    network = Network.of(pretrained, pieces, RECIPES[0].layers)
    for recipe in RECIPES:
        if recipe is not RECIPES[0]:
            network = Network.unpack(network.pack(recipe.max_tokens), recipe.layers)
        deck = Deck(recipe.deck, examples, policies, recipe.seed)
        fit_encoder(recipe, network, heads, tokenizer, deck)
    config = {"layers": len(recipe.layers), "heads": HEADS, "width": WIDTH,
              "max_tokens": recipe.max_tokens}  # fmt: skip
    for folder in (model, reader):
        folder.mkdir(parents=True, exist_ok=True)
    QuantizedBert(tokenizer, network.pack(recipe.max_tokens), config).save(str(model))
    make_head(recipe, heads, Encoder.load(str(model)), examples.clauses).write(reader / HEAD_FILE)
    write_encoder_record(model, data, RECIPES)
    logger.info("encoder written to %s, its head to %s", model, reader)


def train_router(reader: Path, recipe: RouterRecipe) -> None:
    """Train the topic router and write it to `reader`."""
    reader.mkdir(parents=True, exist_ok=True)
    examples = read_examples()
    questions = (*examples.questions, *examples.confusable)
    fit_router(recipe, questions, examples.clauses).write(reader / ROUTER_FILE)
    logger.info("router written to %s", reader)


def train_calibrations(data: Path, model: Path, reader: Path, recipe: ScorerRecipe) -> None:
    """Fit the calibrations of an encoder, its head and a router, and write them to `reader`."""
    encoder, router = Encoder.load(str(model)), Router.load(reader / ROUTER_FILE)
    head = TopicHead.load(reader / HEAD_FILE, encoder.sha256)
    readers = [blank_reader(encoder, router, one) for one in (head, None)]
    calibrations = fit_calibrations(recipe, readers, data)
    for calibration, name in zip(calibrations, (CALIBRATION_FILE, ANY_MODEL_FILE), strict=True):
        calibration.write(reader / name)
    write_reader_record(reader, data, model, recipe)
    logger.info("calibrations written to %s", reader)


def _passages(policy: LabelledPolicy) -> list[PolicyText]:
    """Return what may be quoted of a policy, with the grade it has for each topic."""
    wordings = read_wordings(policy.source.text, policy.passages)
    return [
        PolicyText(
            wording.full,
            wording.introduced,
            {label.topic: label.grades[i] for label in policy.topics if i in label.grades},
        )
        for i, wording in enumerate(wordings)
        if not wording.is_lead_in
    ]


if __name__ == "__main__":
    main()
