import struct

import numpy as np
import pytest
import torch
from torch.nn import functional

from qa_service.training.network import HEADS, Network
from qa_service.training.pretrained import WIDTH, parse_pretrained
from qa_service.training.vocabulary import make_tokenizer
from qa_service.transformer import QuantizedBert


@pytest.fixture(scope="module")
def network(pretrained) -> Network:
    return Network.of(pretrained, range(len(pretrained.pieces)), (0, 1))


@torch.no_grad()
def test_packed_weights_give_the_vectors_that_were_trained(network, pretrained):
    config = {"layers": 2, "heads": HEADS, "width": WIDTH, "max_tokens": 8}
    tokenizer = make_tokenizer(pretrained, range(len(pretrained.pieces)))
    shipped = QuantizedBert(tokenizer, network.pack(8), config)
    texts = ["個人情報", "cookies", "クッキー", "個人 クッキー情報cookies"]
    trained = network([encoding.ids[:8] for encoding in tokenizer.encode_batch_fast(texts)])
    packed = functional.normalize(shipped(shipped.preprocess(texts))["sentence_embedding"], dim=-1)
    assert ((trained * packed).sum(dim=1) > 0.999).all()


@torch.no_grad()
def test_a_packed_network_can_be_trained_again_with_fewer_layers(network):
    text = [[0, 4, 5, 6, 2]]
    again = Network.unpack(network.pack(8), (0, 1))
    assert (network(text) @ again(text).T).item() > 0.999
    assert all(parameter.requires_grad for parameter in again.parameters())
    shorter = Network.unpack(network.pack(8), (1,))
    of_layer = "layers.1.narrow.weight"
    kept = shorter.get_parameter("layers.0.narrow.weight")
    assert torch.allclose(kept, network.get_parameter(of_layer), atol=1e-2)
    assert len(shorter.layers) == 1


@torch.no_grad()
def test_a_batch_of_all_lengths_gives_each_text_its_own_vector(network):
    texts = [[0, *([5] * n), 6, 2] for n in (1, 30, 3, 3, 17)] * 5
    together = network(texts)
    for text, vector in zip(texts, together, strict=True):
        assert torch.allclose(network([text])[0], vector, atol=1e-5)


def test_pieces_stay_fixed_while_layers_learn(network):
    assert "words" not in dict(network.named_parameters())
    network.zero_grad()
    network([[0, 5, 2], [0, 6, 2]]).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_a_tokenizer_numbers_the_chosen_pieces_in_their_order(pretrained):
    tokenizer = make_tokenizer(pretrained, [0, 1, 2, 3, 4, 6, 9])
    assert tokenizer.encode("ｸｯｷｰ情報").ids == [0, 4, 6, 5, 2]
    assert tokenizer.encode("個人情報").tokens == ["<s>", "▁", "個人", "情報", "</s>"]
    assert tokenizer.encode("個人情報").ids == [0, 4, 3, 5, 2]


def test_the_file_of_the_pretrained_encoder_is_read(pretrained):
    # 0x98: low half 8 is 0, high half 9 is 1, times 0.5; 0x7F: 15 is 7 and 7 is -1, times 2.
    blocks = np.float16(0.5).tobytes() + b"\x98" * 16 + np.float16(2.0).tobytes() + b"\x7f" * 16
    tensors = [
        (0, b"emb.ln.b", 2, np.array([1.5, -2.0], dtype=np.float32).tobytes()),
        (1, b"emb.word", WIDTH, blocks * (WIDTH // 64)),
    ]
    words = [piece.encode() for piece in pretrained.pieces]
    starts = np.cumsum([0, *map(len, words)]).astype(np.uint32)
    content = b"".join([
        b"E5S1", bytes(4 + 9 * 4),
        struct.pack("<5iQ", len(pretrained.pieces), 0, 2, 1, 3, starts[-1]),
        starts.tobytes(), np.array(pretrained.scores, dtype=np.float32).tobytes(), *words,
        struct.pack("<iI", 0, 0),
        struct.pack("<i", len(tensors)),
    ])  # fmt: skip
    offset = len(content) + len(tensors) * (2 + 8 + 21)
    for kind, name, n, raw in tensors:
        content += struct.pack("<H", 8) + name + struct.pack("<BIQQ", kind, n, offset, len(raw))
        offset += len(raw)
    content += b"".join(raw for *_, raw in tensors)
    found = parse_pretrained(content)
    assert found.pieces == pretrained.pieces
    assert found.scores == pytest.approx(pretrained.scores)
    assert found.tensors["emb.ln.b"].tolist() == [1.5, -2.0]
    row = found.tensors["emb.word"]
    assert row.shape == (1, WIDTH)
    assert row[0, :64].tolist() == [0.0] * 16 + [0.5] * 16 + [14.0] * 16 + [-2.0] * 16


def test_another_file_is_no_pretrained_encoder():
    with pytest.raises(ValueError, match="not a file of multilingual-e5-small"):
        parse_pretrained(b"PK\x03\x04")
