"""Real objects that many tests share: the shipped model, the real policy, MeCab."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer as ModelTokenizer
from tokenizers import models, pre_tokenizers

from qa_service.embedding import Encoder
from qa_service.reader import Reader
from qa_service.service import Service, build_index, open_service
from qa_service.settings import Settings, read_settings
from qa_service.tokens import Tokenizer
from qa_service.training.pretrained import WIDE, WIDTH, Pretrained
from tests.desk import build_desk

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings(tmp_path_factory) -> Settings:
    """Settings over the real policy, with an index of its own that is built."""
    chosen = read_settings(sources=ROOT / "policy_sources", index=tmp_path_factory.mktemp("index"))
    build_index(chosen)
    return chosen


@pytest.fixture(scope="session")
def service(settings) -> Service:
    return open_service(settings)


@pytest.fixture(scope="session")
def desk(tmp_path_factory) -> Settings:
    """Settings over several policies, one of which was changed once."""
    return build_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def reader(service) -> Reader:
    return service.reader


@pytest.fixture(scope="session")
def encoder(reader) -> Encoder:
    return reader.encoder


@pytest.fixture(scope="session")
def tokenizer(reader) -> Tokenizer:
    return reader.tokenizer


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory) -> Path:
    """A static model of one dimension a word, whose vectors a person can compute."""
    words = ["[UNK]", "個人", "情報", "クッキー", "cookie"]
    tokenizer = ModelTokenizer(models.WordLevel(dict(zip(words, range(5), strict=True)), "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    embedding = StaticEmbedding(tokenizer, embedding_weights=torch.eye(5).numpy())
    folder = tmp_path_factory.mktemp("tiny-model")
    SentenceTransformer(modules=[embedding, Normalize()], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def pretrained() -> Pretrained:
    """What an encoder begins with, two layers of random weights in the true width."""
    pieces = ("<s>", "<pad>", "</s>", "<unk>", "▁", "個人", "情報", "▁cookie", "s", "クッキー")
    scores = (0.0, 0.0, 0.0, 0.0, -3.0, -4.0, -4.0, -5.0, -5.0, -4.0)
    rng = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(pieces), WIDTH),
        "emb.pos": (512 * WIDTH,),
        "emb.type": (2 * WIDTH,),
        "emb.ln.b": (WIDTH,),
    }
    for i in range(2):
        for name, out, into in [
            *((name, WIDTH, WIDTH) for name in ("q", "k", "v", "ao")),
            ("fi", WIDE, WIDTH),
            ("fo", WIDTH, WIDE),
        ]:
            shapes |= {f"l{i}.{name}.w": (out, into), f"l{i}.{name}.b": (out,)}
        shapes |= {f"l{i}.{name}.b": (WIDTH,) for name in ("aln", "oln")}
    tensors = {n: rng.normal(size=s).astype(np.float32) * 0.05 for n, s in shapes.items()}
    ones = ("emb.ln.w", *chain.from_iterable((f"l{i}.aln.w", f"l{i}.oln.w") for i in range(2)))
    tensors |= {name: np.ones(WIDTH, dtype=np.float32) for name in ones}
    return Pretrained(pieces, scores, tensors)
