"""The small encoder while it is trained: layers of the pretrained one, and what is packed of it.

Reads a batch of texts as one long row of tokens, so that no time goes into padding. Knows no task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, cast

import torch
from torch import nn
from torch.nn import functional

from qa_service.training.pretrained import N_POSITIONS, WIDE, WIDTH, Pretrained

HEADS = 12
EPSILON = 1e-12
# So many texts of like length attend in one call.
TEXTS_PER_GROUP = 16

_PARTS = {"attended": "aln", "finished": "oln", "project": "ao", "widen": "fi", "narrow": "fo"}


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that attend together: `places` of their tokens (texts, longest), and which are real."""

    places: torch.Tensor
    is_token: torch.Tensor

    @classmethod
    def of(cls, start: int, lengths: Sequence[int]) -> Self:
        """Return the group of texts that follow each other from place `start` on."""
        ends = torch.tensor(lengths).cumsum(0)
        column = torch.arange(max(lengths))
        is_token = column < torch.tensor(lengths)[:, None]
        places = start + (ends - torch.tensor(lengths))[:, None] + column
        return cls(torch.where(is_token, places, start), is_token)


class Layer(nn.Module):
    """One layer of the encoder; names are those of `qa_service.transformer`."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.project = nn.Linear(WIDTH, WIDTH)
        self.attended = nn.LayerNorm(WIDTH, EPSILON)
        self.widen = nn.Linear(WIDTH, WIDE)
        self.narrow = nn.Linear(WIDE, WIDTH)
        self.finished = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, rows: torch.Tensor, groups: Sequence[Group]) -> torch.Tensor:
        """Return the rows `(tokens, width)` after this layer."""
        heads = self.attend(rows)
        seen = torch.cat([_look(heads, group) for group in groups])
        rows = self.attended(rows + self.project(seen))
        finished: torch.Tensor = self.finished(
            rows + self.narrow(functional.gelu(self.widen(rows)))
        )
        return finished


class Network(nn.Module):
    """The encoder while it is trained. The rows of its pieces `words` stay fixed."""

    words: torch.Tensor

    def __init__(self, words: torch.Tensor, positions: torch.Tensor, n_layers: int) -> None:
        super().__init__()
        self.register_buffer("words", words)
        self.positions = nn.Parameter(positions)
        self.embedded = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(n_layers))

    @classmethod
    def of(cls, pretrained: Pretrained, pieces: Sequence[int], layers: Sequence[int]) -> Self:
        """Return chosen pieces and layers of the pretrained encoder."""
        tensors = {name: torch.tensor(array) for name, array in pretrained.tensors.items()}
        positions = tensors["emb.pos"].view(N_POSITIONS, WIDTH) + tensors["emb.type"][:WIDTH]
        network = cls(tensors["emb.word"][list(pieces)], positions, len(layers))
        with torch.no_grad():
            _copy(network.embedded, tensors, "emb.ln")
            for layer, number in zip(network.layers, layers, strict=True):
                _copy_layer(cast(Layer, layer), tensors, number)
        return network

    @classmethod
    def unpack(cls, packed: Mapping[str, torch.Tensor], layers: Sequence[int]) -> Self:
        """Return chosen layers of an encoder that `pack` packed, to be trained again."""
        network = cls(_weights(packed, "words"), packed["positions"].float(), len(layers))
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name != "positions":
                    parameter.copy_(_weights(packed, _at_layer(name, layers)))
        return network

    def forward(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        """Return the vectors of texts as token ids: unit length, shape `(n, width)`."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        lengths = [len(texts[i]) for i in order]
        tokens = torch.tensor([token for i in order for token in texts[i]])
        places = torch.cat([torch.arange(length) for length in lengths])
        rows = self.embedded(self.words[tokens] + self.positions[places])
        groups = _group(lengths)
        for layer in self.layers:
            rows = layer(rows, groups)
        owners = torch.repeat_interleave(torch.tensor(order), torch.tensor(lengths))
        sums = torch.zeros(len(texts), WIDTH).index_add(0, owners, rows)
        return functional.normalize(sums, dim=-1)

    def pack(self, max_tokens: int) -> dict[str, torch.Tensor]:
        """Return the weights as `QuantizedBert` reads them: matrices in 8 bits with row scales."""
        packed = {"positions": self.positions[:max_tokens].detach().half()}
        matrices = {name: module for name, module in self.named_modules()
                    if isinstance(module, nn.Linear)}  # fmt: skip
        for name, tensor in [("words.weight", self.words), *self.named_parameters()]:
            owner = name.removesuffix(".weight")
            if name == "words.weight" or (owner in matrices and owner != name):
                scale = tensor.detach().abs().amax(dim=1) / 127.0
                packed[name] = torch.round(tensor.detach() / scale[:, None]).to(torch.int8)
                packed[f"{owner}.scale"] = scale
            elif name != "positions":
                packed[name] = tensor.detach().clone()
        return packed


def _look(heads: torch.Tensor, group: Group) -> torch.Tensor:
    """Return what each token of a group sees of its text, shape `(tokens of the group, width)`."""
    n, longest = group.places.shape
    parts = heads[group.places].view(n, longest, 3, HEADS, WIDTH // HEADS)
    query, key, value = parts.permute(2, 0, 3, 1, 4)
    mask = None if bool(group.is_token.all()) else group.is_token[:, None, None, :]
    seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return seen.transpose(1, 2).reshape(n, longest, WIDTH)[group.is_token]


def _group(lengths: Sequence[int]) -> list[Group]:
    groups, start = [], 0
    for first in range(0, len(lengths), TEXTS_PER_GROUP):
        some = lengths[first : first + TEXTS_PER_GROUP]
        groups.append(Group.of(start, some))
        start += sum(some)
    return groups


def _weights(packed: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    """Return the weights of a name, with the scales of their rows if they have any."""
    owner = name.removesuffix(".weight")
    if f"{owner}.scale" in packed and not name.endswith(".bias"):
        return packed[f"{owner}.weight"] * packed[f"{owner}.scale"][:, None]
    return packed[name]


def _at_layer(name: str, layers: Sequence[int]) -> str:
    """Return the name that a weight of a layer has where all layers are."""
    if not name.startswith("layers."):
        return name
    _, place, part = name.split(".", 2)
    return f"layers.{layers[int(place)]}.{part}"


def _copy_layer(layer: Layer, tensors: dict[str, torch.Tensor], number: int) -> None:
    for part, name in _PARTS.items():
        _copy(getattr(layer, part), tensors, f"l{number}.{name}")
    for kind in ("weight", "bias"):
        parts = [tensors[f"l{number}.{name}.{kind[0]}"] for name in "qkv"]
        getattr(layer.attend, kind).copy_(torch.cat(parts))


def _copy(module: nn.Linear | nn.LayerNorm, tensors: dict[str, torch.Tensor], name: str) -> None:
    module.weight.copy_(tensors[f"{name}.w"])
    module.bias.copy_(tensors[f"{name}.b"])
