import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from qa_service.transformer import HAS_FBGEMM, Linear, QuantizedBert

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "個人", "情報", "クッキー", "cookie", "is", "not"]
CONFIG = {"layers": 2, "heads": 2, "width": 16, "max_tokens": 6}
TEXTS = ["個人 情報", "cookie is not 個人 情報", "情報", ""]


def quantize(name: str, weight: torch.Tensor, bias: torch.Tensor | None = None):
    scale = weight.abs().amax(dim=1) / 127
    packed = {f"{name}.weight": torch.round(weight / scale[:, None]).to(torch.int8),
              f"{name}.scale": scale}  # fmt: skip
    # The reference reads the same rounded weights.
    weight.copy_(packed[f"{name}.weight"] * scale[:, None])
    return packed if bias is None else packed | {f"{name}.bias": bias}


@pytest.fixture(scope="module")
def reference() -> BertModel:
    """The library's own encoder of the same size, with random weights."""
    torch.manual_seed(3)
    config = BertConfig(vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2,
                        num_attention_heads=2, intermediate_size=32, layer_norm_eps=1e-12,
                        initializer_range=0.5)  # fmt: skip
    return BertModel(config, add_pooling_layer=False).eval()


@pytest.fixture(scope="module")
@torch.no_grad()
def ours(reference) -> QuantizedBert:
    embeddings = reference.embeddings
    weights = quantize("words", embeddings.word_embeddings.weight.data)
    positions = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
    weights |= {"positions": positions.clone()}
    norms = {"embedded": embeddings.LayerNorm}
    for i, layer in enumerate(reference.encoder.layer):
        own, out = layer.attention.self, layer.attention.output
        parts = (own.query, own.key, own.value)
        name = f"layers.{i}"
        for part in parts:
            quantize("", part.weight.data)
        joined = torch.cat([part.weight.data for part in parts])
        weights |= quantize(f"{name}.attend", joined, torch.cat([part.bias for part in parts]))
        for part, linear in (("project", out.dense), ("widen", layer.intermediate.dense),
                             ("narrow", layer.output.dense)):  # fmt: skip
            weights |= quantize(f"{name}.{part}", linear.weight.data, linear.bias)
        norms |= {f"{name}.attended": out.LayerNorm, f"{name}.finished": layer.output.LayerNorm}
    for name, norm in norms.items():
        weights |= {f"{name}.weight": norm.weight, f"{name}.bias": norm.bias}
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return QuantizedBert(tokenizer, {k: v.detach().clone() for k, v in weights.items()}, CONFIG)


def embed(model: QuantizedBert, texts: list[str]) -> torch.Tensor:
    return model(model.preprocess(texts))["sentence_embedding"]


@torch.no_grad()
def test_vectors_are_those_of_the_librarys_encoder_with_the_same_weights(ours, reference):
    for text in TEXTS:
        ids = torch.tensor([ours.tokenizer.encode(text).ids[:6]])
        expected = reference(input_ids=ids).last_hidden_state[0].mean(dim=0)
        assert torch.allclose(embed(ours, [text])[0], expected, atol=5e-3)


def test_a_text_has_the_same_vector_in_any_company(ours):
    together = embed(ours, TEXTS)
    for i, text in enumerate(TEXTS):
        assert torch.equal(together[i], embed(ours, [text])[0])


def test_the_order_of_words_counts(ours):
    one, other = embed(ours, ["cookie is 情報", "情報 is cookie"])
    assert not torch.allclose(one, other, atol=1e-2)


def test_tokens_beyond_the_limit_are_not_read(ours):
    long = embed(ours, ["cookie is not 個人 情報 cookie"])
    assert torch.equal(long, embed(ours, ["cookie is not 個人 情報 個人"]))


def test_a_saved_encoder_comes_back_and_is_saved_with_the_same_bytes(ours, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    ours.save(str(folders[0]))
    again = QuantizedBert.load(str(folders[0]))
    again.save(str(folders[1]))
    assert torch.equal(embed(again, TEXTS), embed(ours, TEXTS))
    files = sorted(path.name for path in folders[0].iterdir())
    assert files == ["model.safetensors", "quantized_bert.json", "tokenizer.json"]
    for name in files:
        assert (folders[1] / name).read_bytes() == (folders[0] / name).read_bytes()


@pytest.mark.parametrize("is_packed", [False, *([True] if HAS_FBGEMM else [])])
def test_a_linear_layer_multiplies_and_adds(is_packed):
    weight = torch.tensor([[1.0, 2.0], [0.5, -1.0]])
    linear = Linear(weight, torch.tensor([10.0, 0.0]), is_packed=is_packed)
    rows = linear(torch.tensor([[3.0, 4.0], [1.0, 0.0]]))
    assert np.allclose(rows, [[21.0, -2.5], [11.0, 0.5]])
