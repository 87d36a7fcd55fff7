"""Real objects that many tests share: the shipped model, the real policy, MeCab."""

from pathlib import Path

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
