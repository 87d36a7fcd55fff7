import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizer

from qa_service.embedding import Encoder, open_model
from qa_service.errors import BadModel
from qa_service.settings import SHIPPED_MODEL

TEXTS = ["クッキーで個人が特定されますか", "Is my chat history shared?", "ﾁｬｯﾄ", "?"]


@pytest.fixture(scope="module")
def tiny_transformer(tmp_path_factory):
    """A transformer of two layers with random weights: small, but the real thing."""
    folder = tmp_path_factory.mktemp("multilingual-e5-tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", *"個人情報"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=32)  # fmt: skip
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder))
    model = SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_embedding_dimension())], device="cpu"
    )
    saved = tmp_path_factory.mktemp("models") / "multilingual-e5-tiny"
    model.save(str(saved))
    return saved


def test_vectors_are_float32_rows_of_unit_length(encoder):
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_vectors_are_those_that_the_library_gives_for_the_same_model(encoder):
    model = open_model(str(SHIPPED_MODEL))
    expected = model.encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(encoder.encode_questions(TEXTS), expected, atol=1e-6)


def test_text_without_any_word_has_a_vector_too(encoder):
    assert np.isfinite(encoder.encode_questions([""])).all()


def test_a_question_in_english_is_nearer_to_its_japanese_clause_than_to_another(encoder):
    clauses = [
        "クッキー等の技術を利用する場合があります。",
        "開示・訂正・削除のご請求に対応いたします。",
    ]
    cookie, deletion = encoder.encode_passages(clauses) @ encoder.encode_questions(["cookies"])[0]
    assert cookie > deletion


def test_a_transformer_model_loads_with_the_prompts_of_its_family(tiny_transformer):
    encoder = Encoder.load(str(tiny_transformer))
    assert encoder.prompts == {"query": "query: ", "passage": "passage: "}
    question, passage = (
        encoder.encode_questions(["個人情報"]),
        encoder.encode_passages(["個人情報"]),
    )
    assert question.shape == passage.shape == (1, 16)
    assert not np.allclose(question, passage)


def test_prompts_can_be_set_and_change_the_vector(tiny_transformer):
    plain = Encoder.load(str(tiny_transformer), query_prompt="", passage_prompt="")
    assert np.allclose(
        plain.encode_questions(["個人情報"]), plain.encode_passages(["個人情報"]), atol=1e-5
    )


def test_a_text_has_the_same_vector_in_any_company(encoder):
    together = encoder.encode_questions(TEXTS)
    for i, text in enumerate(TEXTS):
        assert np.array_equal(encoder.encode_questions([text])[0], together[i])


def test_equal_models_have_equal_hashes_and_others_do_not(encoder, tiny_model):
    assert Encoder.load(str(SHIPPED_MODEL)).sha256 == encoder.sha256
    assert Encoder.load(str(tiny_model)).sha256 != encoder.sha256


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path):
    with pytest.raises(BadModel, match="Set QA_MODEL"):
        Encoder.load(str(tmp_path))
