"""Turns text into a vector with a small BERT encoder, stored in 8 bits a weight.

A module of sentence-transformers, so that the shipped model is used like any other. Knows neither
questions nor policies; `training/encoder.py` makes the weights.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers.base.modules import InputModule
from tokenizers import Tokenizer
from torch.nn import functional

CONFIG_FILE = "quantized_bert.json"
WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
_EPSILON = 1e-12
# FBGEMM multiplies by 16-bit weights in two thirds of the time of 32 bits (docs/performance.md),
# and is there on x86 only.
HAS_FBGEMM = "fbgemm" in torch.backends.quantized.supported_engines


class Linear:
    """A linear layer, unpacked from 8 bits into what the processor at hand multiplies fastest."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, *, is_packed: bool) -> None:
        self._weight, self._bias, self._packed = weight, bias, None
        if is_packed:
            self._packed = torch.ops.quantized.linear_prepack_fp16(weight, bias)
            self._weight = torch.empty(0)

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor], name: str) -> Self:
        """Take `name.weight` (out, in) int8, `name.scale` (out,) and `name.bias` (out,)."""
        weight = weights[f"{name}.weight"] * weights[f"{name}.scale"][:, None]
        return cls(weight, weights[f"{name}.bias"], is_packed=HAS_FBGEMM)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the rows `(n, in)` as `(n, out)`."""
        if self._packed is None:
            return functional.linear(rows, self._weight, self._bias)
        out: torch.Tensor = torch.ops.quantized.linear_dynamic_fp16(rows, self._packed)
        return out


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer normalisation."""

    weight: torch.Tensor
    bias: torch.Tensor

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor], name: str) -> Self:
        """Take `name.weight` and `name.bias`, both (width,)."""
        return cls(weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float())

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the rows, each normalised."""
        return functional.layer_norm(rows, self.weight.shape, self.weight, self.bias, _EPSILON)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: every token looks at all others (`attend`, `project`), then for itself."""

    attend: Linear
    project: Linear
    attended: Norm
    widen: Linear
    narrow: Linear
    finished: Norm

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor], number: int) -> Self:
        """Take the weights whose names begin with `layers.NUMBER.`."""
        name = f"layers.{number}"
        return cls(
            Linear.of(weights, f"{name}.attend"),
            Linear.of(weights, f"{name}.project"),
            Norm.of(weights, f"{name}.attended"),
            Linear.of(weights, f"{name}.widen"),
            Linear.of(weights, f"{name}.narrow"),
            Norm.of(weights, f"{name}.finished"),
        )

    def __call__(self, rows: torch.Tensor, n_heads: int) -> torch.Tensor:
        """Return the rows `(tokens, width)` of one text after this layer."""
        n, width = rows.shape
        heads = self.attend(rows).view(n, 3, n_heads, width // n_heads).permute(1, 2, 0, 3)
        query, key, value = heads[:, None]
        seen = functional.scaled_dot_product_attention(query, key, value)[0]
        rows = self.attended(rows + self.project(seen.transpose(0, 1).reshape(n, width)))
        return self.finished(rows + self.narrow(functional.gelu(self.widen(rows))))


class QuantizedBert(InputModule):
    """The encoder as sentence-transformers uses it; its vector is the mean of all tokens.

    Texts are read one by one, so a text has the same vector in any company. Tokens beyond
    `max_tokens` are not read.
    """

    config_file_name = CONFIG_FILE

    def __init__(
        self, tokenizer: Tokenizer, weights: Mapping[str, torch.Tensor], config: Mapping[str, int]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tokenizer = tokenizer
        self.config = dict(config)
        # Kept as they came: `state_dict` and `save` are then what was trained.
        for name, tensor in weights.items():
            self.register_buffer(name.replace(".", "/"), tensor)
        self._words, self._word_scale = weights["words.weight"], weights["words.scale"]
        self._positions = weights["positions"].float()
        self._embedded = Norm.of(weights, "embedded")
        self._layers = [Layer.of(weights, i) for i in range(config["layers"])]

    @classmethod
    def load(cls, model_name_or_path: str, **_: object) -> Self:  # type: ignore[override]
        """Return the encoder of a folder."""
        folder = Path(model_name_or_path)
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        return cls(tokenizer, load_file(folder / WEIGHTS_FILE), config)

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """Write tokeniser, weights and configuration; equal encoders give equal bytes."""
        folder = Path(output_path)
        self.tokenizer.save(str(folder / TOKENIZER_FILE))
        weights = {name.replace("/", "."): t for name, t in self.state_dict().items()}
        save_file(weights, folder / WEIGHTS_FILE)
        (folder / WEIGHTS_FILE).chmod(0o644)  # The library lets only their owner read weights.
        text = json.dumps(self.config, indent=2) + "\n"
        (folder / CONFIG_FILE).write_text(text, encoding="utf-8")

    def get_embedding_dimension(self) -> int:
        """Return the width of a vector."""
        return self.config["width"]

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_: object
    ) -> dict[str, Any]:
        """Return the token ids of each text."""
        texts = [(prompt or "") + text for text in inputs]
        encodings = self.tokenizer.encode_batch_fast(texts)
        return {"token_ids": [encoding.ids[: self.config["max_tokens"]] for encoding in encodings]}

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the unit vectors of texts, shape `(n, width)`, as the library's `encode` would."""
        sums = self.forward(self.preprocess(texts))["sentence_embedding"]
        vectors: npt.NDArray[np.float32] = functional.normalize(sums, dim=1).numpy()
        return vectors

    @torch.inference_mode()
    def forward(self, features: dict[str, Any], **_: object) -> dict[str, Any]:
        """Add `sentence_embedding`, shape `(n, width)`: not yet of unit length."""
        vectors = [self._read(ids) for ids in features["token_ids"]]
        return {**features, "sentence_embedding": torch.stack(vectors)}

    def _read(self, ids: Sequence[int]) -> torch.Tensor:
        """Return the mean of a text's tokens after the last layer."""
        tokens = torch.tensor(ids)
        words = self._words[tokens] * self._word_scale[tokens, None]
        rows = self._embedded(words + self._positions[: len(ids)])
        for layer in self._layers:
            rows = layer(rows, self.config["heads"])
        return rows.mean(dim=0)
