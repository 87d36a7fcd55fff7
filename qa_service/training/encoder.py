"""Teaches the encoder what visitors ask and what policies answer, on two cores.

A step asks a few questions of some topics and holds them against clauses of those topics, near
misses, and passages of one whole policy. The vectors learn to be near where topics are shared, and
a linear head learns to name the topics. It is taught with six layers (`TEACH`, 45 minutes), again
after one of them was taken out (`SHORTEN`, half an hour), and a little more (`POLISH`).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from qa_service.embedding import PASSAGE_PROMPT, Encoder
from qa_service.head import TopicHead
from qa_service.router import Voice
from qa_service.topics import Example, read_topics
from qa_service.training.deck import Batch, Deck, DeckRecipe
from qa_service.training.network import Network
from qa_service.training.pretrained import WIDTH

# The first tokens of a text, a prompt or the mark before it among them, are never left out.
N_FIRST_TOKENS = 4


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """The numbers of one training run, which keeps some `layers` of what it begins with.

    `clauses` and `likeness` weigh what the head makes of clauses, and how near questions and their
    answers are, beside what the head makes of questions.
    """

    layers: tuple[int, ...]
    steps: int
    learning_rate: float
    query_prompt: str
    deck: DeckRecipe
    seed: int
    max_tokens: int = 256
    warm_up: int = 60
    head_learning_rate: float = 3e-3
    weight_decay: float = 0.01
    dropped_tokens: float = 0.05
    label_smoothing: float = 0.05
    clauses: float = 0.4
    likeness: float = 0.25
    temperature: float = 0.05
    head_scale: float = 16.0
    clauses_of_a_topic: int = 14
    n_threads: int = 2


# Every other layer of the pretrained twelve.
TEACH = EncoderRecipe((0, 2, 4, 6, 8, 10), 1300, 1.5e-4, "query: ", DeckRecipe(), seed=17)
# Of the six, the fourth is missed least (eval/LOG.md, 2026-11-24). A question without a prompt is
# three tokens shorter.
SHORTEN = EncoderRecipe((0, 1, 2, 4, 5), 1100, 1.2e-4, "", DeckRecipe(confusable=2), seed=18)
POLISH = EncoderRecipe((0, 1, 2, 3, 4), 700, 1e-4, "", DeckRecipe(confusable=2), seed=19)
RECIPES = (TEACH, SHORTEN, POLISH)


def blank_heads(recipe: EncoderRecipe) -> list[nn.Linear]:
    """Return heads that know nothing yet, by voice."""
    torch.manual_seed(recipe.seed)
    heads = [nn.Linear(WIDTH, len(read_topics())) for _ in Voice]
    nn.init.normal_(heads[Voice.QUESTION].weight, std=0.02)
    heads[Voice.CLAUSE].load_state_dict(heads[Voice.QUESTION].state_dict())
    return heads


def fit_encoder(
    recipe: EncoderRecipe,
    network: Network,
    heads: Sequence[nn.Linear],
    tokenizer: Tokenizer,
    deck: Deck,
) -> None:
    """Train the network and its heads in place."""
    torch.set_num_threads(recipe.n_threads)
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    of_heads = [parameter for head in heads for parameter in head.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": list(network.parameters()), "lr": recipe.learning_rate},
            {"params": of_heads, "lr": recipe.head_learning_rate},
        ],
        weight_decay=recipe.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(recipe, step))
    for _ in (progress := tqdm(range(recipe.steps), desc="encoder")):
        optimizer.zero_grad()
        batch = deck.draw()
        vectors = [
            network(_read(recipe, tokenizer, prompt, texts, rng))
            for prompt, texts in (
                (recipe.query_prompt, batch.questions),
                (PASSAGE_PROMPT, batch.texts),
            )
        ]
        loss = _loss(recipe, heads, batch, *vectors)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress.set_postfix(loss=round(loss.item(), 2))


def make_head(
    recipe: EncoderRecipe, heads: Sequence[nn.Linear], encoder: Encoder, clauses: Sequence[Example]
) -> TopicHead:
    """Return the trained heads as the service reads them, with some clauses of each topic."""
    number = {topic.id: i for i, topic in enumerate(read_topics())}
    chosen = _sample_clauses(clauses, recipe.clauses_of_a_topic)
    return TopicHead(
        output=np.stack([h.weight.detach().numpy() * recipe.head_scale for h in heads]),
        bias=np.stack([head.bias.detach().numpy() for head in heads]),
        clauses=encoder.encode_passages([clause.text for clause in chosen]),
        clause_topics=np.array([number[clause.topics[0]] for clause in chosen]),
        encoder=encoder.sha256,
        sha256="",
    )


def _sample_clauses(clauses: Sequence[Example], n_of_a_topic: int) -> list[Example]:
    """Return at most so many clauses of each topic, spread over what there is."""
    by_topic: dict[str, list[Example]] = {}
    for clause in clauses:
        by_topic.setdefault(clause.topics[0], []).append(clause)
    return [
        of_topic[i * len(of_topic) // n_of_a_topic] if len(of_topic) > n_of_a_topic else of_topic[i]
        for of_topic in by_topic.values()
        for i in range(min(n_of_a_topic, len(of_topic)))
    ]


def _pace(recipe: EncoderRecipe, step: int) -> float:
    """Return the share of the learning rate at a step: up at first, then down to nearly nothing."""
    return min(1.0, (step + 1) / recipe.warm_up) * max(0.02, 1.0 - step / recipe.steps)


def _read(
    recipe: EncoderRecipe,
    tokenizer: Tokenizer,
    prompt: str,
    texts: Sequence[str],
    rng: random.Random,
) -> list[list[int]]:
    """Return the tokens of each text, a few of them left out."""
    encodings = tokenizer.encode_batch_fast([prompt + text for text in texts])
    return [
        [
            token
            for place, token in enumerate(encoding.ids[: recipe.max_tokens])
            if place < N_FIRST_TOKENS or rng.random() >= recipe.dropped_tokens
        ]
        for encoding in encodings
    ]


def _loss(
    recipe: EncoderRecipe,
    heads: Sequence[nn.Linear],
    batch: Batch,
    questions: torch.Tensor,
    texts: torch.Tensor,
) -> torch.Tensor:
    """Return the loss of a batch whose questions and texts have these vectors."""
    is_example = batch.text_topics.sum(dim=1) > 0
    named = [
        functional.cross_entropy(
            heads[voice](vectors * recipe.head_scale),
            topics,
            label_smoothing=recipe.label_smoothing,
        )
        for voice, vectors, topics in (
            (Voice.QUESTION, questions, batch.question_topics),
            (Voice.CLAUSE, texts[is_example], batch.text_topics[is_example]),
        )
    ]
    likeness = questions[: len(batch.answers)] @ texts.T / recipe.temperature
    near = contrast(likeness, batch.answers)
    return named[Voice.QUESTION] + recipe.clauses * named[Voice.CLAUSE] + recipe.likeness * near


def contrast(likeness: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy of finding the answers (n, m), by rows and by columns, summed.

    Rows and columns without any answer are not asked.
    """
    total = torch.zeros(())
    for scores, wanted in ((likeness, answers), (likeness.T, answers.T)):
        asked = wanted.sum(dim=1) > 0
        shares = wanted[asked] / wanted[asked].sum(dim=1, keepdim=True)
        total = total - (functional.log_softmax(scores[asked], dim=1) * shares).sum(dim=1).mean()
    return total
