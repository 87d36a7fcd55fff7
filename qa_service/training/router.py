"""Trains the topic router on examples, in about a minute on two cores.

A bag of features is summed into a few hidden units, which lead to the topics (as in fastText,
Joulin et al. 2017).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from qa_service.features import hash_features, read_features
from qa_service.router import Router, Voice
from qa_service.tokens import Tokenizer, normalize
from qa_service.topics import Example, read_topics

READINGS, WORDS, BOTH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class RouterRecipe:
    """The numbers of one training run.

    A feature counts when `min_texts` texts have it. `dropout` is the chance of each feature to be
    left out of a batch; with chance `one_family` a text keeps only its readings and pieces of Latin
    words, or only its words, so that each family learns to stand alone (kana-only, misspelt).
    """

    hidden: int = 112
    min_texts: int = 12
    epochs: int = 6
    texts_per_batch: int = 256
    learning_rate: float = 0.01
    dropout: float = 0.3
    hidden_dropout: float = 0.2
    one_family: float = 0.25
    label_smoothing: float = 0.05
    seed: int = 17
    n_threads: int = 2


@dataclass(frozen=True, slots=True)
class Texts:
    """Features of `n` texts, flat: text `i` has `[starts[i] : starts[i + 1]]` of the flat arrays.

    `places` are rows of the router, `weights` their weight before length 1, `families` what a
    feature keeps in family dropout; `targets` (n, t) sums to 1 a text.
    """

    starts: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    families: npt.NDArray[np.int8]
    voices: npt.NDArray[np.int64]
    targets: npt.NDArray[np.float32]


def fit_router(
    recipe: RouterRecipe, questions: Sequence[Example], clauses: Sequence[Example]
) -> Router:
    """Train a router on questions and clauses; the same input gives the same router."""
    torch.set_num_threads(recipe.n_threads)
    torch.manual_seed(recipe.seed)
    bags = _read_bags([*questions, *clauses])
    n_texts = Counter(int(key) for bag in bags for key in bag)
    keys = np.array(sorted(k for k, n in n_texts.items() if n >= recipe.min_texts), dtype=np.uint32)
    idf = np.log1p(len(bags) / np.array([n_texts[int(key)] for key in keys], dtype=np.float32))
    voices = [Voice.QUESTION] * len(questions) + [Voice.CLAUSE] * len(clauses)
    texts = _gather(bags, keys, idf, voices, _targets([*questions, *clauses]))
    network = _Network(len(keys), recipe.hidden, texts.targets.shape[1])
    _train(recipe, network, texts)
    return _pack(network, keys, idf)


class _Network(nn.Module):
    def __init__(self, n_keys: int, n_hidden: int, n_topics: int) -> None:
        super().__init__()
        self.rows = nn.EmbeddingBag(n_keys, n_hidden, mode="sum")
        nn.init.normal_(self.rows.weight, std=0.1)
        self.voices = nn.Embedding(len(Voice), n_hidden)
        nn.init.zeros_(self.voices.weight)
        self.output = nn.Linear(n_hidden, n_topics)


def _train(recipe: RouterRecipe, network: _Network, texts: Texts) -> None:
    rng = np.random.default_rng(recipe.seed)
    n = len(texts.voices)
    steps = [
        rows
        for _ in range(recipe.epochs)
        for rows in np.array_split(rng.permutation(n), -(-n // recipe.texts_per_batch))
    ]
    optimizer = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate)
    for step, rows in enumerate(tqdm(steps, desc="router")):
        optimizer.param_groups[0]["lr"] = recipe.learning_rate * (1 - step / len(steps))
        optimizer.zero_grad()
        logits = _forward(recipe, network, texts, rows, rng)
        loss = functional.cross_entropy(
            logits, torch.from_numpy(texts.targets[rows]), label_smoothing=recipe.label_smoothing
        )
        torch.autograd.backward(loss)
        optimizer.step()


def _forward(
    recipe: RouterRecipe,
    network: _Network,
    texts: Texts,
    rows: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> torch.Tensor:
    lengths = texts.starts[rows + 1] - texts.starts[rows]
    owners = np.repeat(np.arange(len(rows)), lengths)
    firsts = np.cumsum(lengths) - lengths
    flat = np.arange(lengths.sum()) + np.repeat(texts.starts[rows] - firsts, lengths)
    weights = texts.weights[flat] * (rng.random(len(flat)) >= recipe.dropout)
    drawn = rng.random(len(rows))
    only = np.where(drawn < recipe.one_family, np.where(drawn * 2 < recipe.one_family, 0, 1), BOTH)
    weights *= (only[owners] == BOTH) | (only[owners] == texts.families[flat])
    norms = np.sqrt(np.bincount(owners, weights * weights, len(rows))) + 1e-6
    hidden = network.rows(
        torch.from_numpy(texts.places[flat]),
        torch.from_numpy(firsts),
        per_sample_weights=torch.from_numpy((weights / norms[owners]).astype(np.float32)),
    ) + network.voices(torch.from_numpy(texts.voices[rows]))
    kept: torch.Tensor = functional.dropout(torch.relu(hidden), recipe.hidden_dropout)
    logits: torch.Tensor = network.output(kept)
    return logits


def _read_bags(examples: Sequence[Example]) -> list[dict[int, str]]:
    """Return for each text its feature keys, each with its kind repeated as often as it stands."""
    tokenizer = Tokenizer()
    bags = []
    for example in tqdm(examples, desc="features"):
        text = normalize(example.text)
        features = read_features(text, tokenizer.tokenize(text))
        bag: dict[int, str] = {}
        for key, feature in zip(hash_features(features).tolist(), features, strict=True):
            bag[key] = bag.get(key, "") + feature[0]
        bags.append(bag)
    return bags


def _gather(
    bags: Sequence[dict[int, str]],
    keys: npt.NDArray[np.uint32],
    idf: npt.NDArray[np.float32],
    voices: Sequence[Voice],
    targets: npt.NDArray[np.float32],
) -> Texts:
    place_of = {int(key): place for place, key in enumerate(keys)}
    places, weights, families, starts = [], [], [], [0]
    for bag in bags:
        for key, kinds in bag.items():
            if (place := place_of.get(key)) is not None:
                places.append(place)
                weights.append((1.0 + np.log(len(kinds))) * idf[place])
                families.append(_family(kinds[0]))
        starts.append(len(places))
    return Texts(
        np.array(starts, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(weights, dtype=np.float32),
        np.array(families, dtype=np.int8),
        np.array(voices, dtype=np.int64),
        targets,
    )


def _family(kind: str) -> int:
    if kind in "KE":
        return READINGS
    return BOTH + 1 if kind == "S" else WORDS


def _targets(examples: Sequence[Example]) -> npt.NDArray[np.float32]:
    number = {topic.id: i for i, topic in enumerate(read_topics())}
    targets = np.zeros((len(examples), len(number)), dtype=np.float32)
    for row, example in enumerate(examples):
        targets[row, [number[topic] for topic in example.topics]] = 1.0 / len(example.topics)
    return targets


def _pack(network: _Network, keys: npt.NDArray[np.uint32], idf: npt.NDArray[np.float32]) -> Router:
    """Return the trained network as a router, its rows rounded to 8 bits."""
    rows = network.rows.weight.detach().numpy()
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127.0
    return Router(
        keys=keys,
        idf=idf.astype(np.float32),
        rows=np.round(rows / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        voices=network.voices.weight.detach().numpy(),
        output=network.output.weight.detach().numpy(),
        bias=network.output.bias.detach().numpy(),
        sha256="",
    )
