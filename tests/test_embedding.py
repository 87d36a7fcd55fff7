import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizer

from qa_service.embedding import LEMMAS_FILE, Encoder
from qa_service.errors import BadModel
from qa_service.settings import SHIPPED_MODEL
from qa_service.tokens import normalize

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


def test_the_direct_table_gives_the_librarys_own_vectors(encoder):
    for text in TEXTS:
        direct = encoder.encode_question(text)
        assert np.allclose(direct, encoder.encode_passages([text]), atol=1e-5)


def test_text_without_any_token_is_a_zero_vector_that_resembles_nothing(encoder):
    assert not encoder.encode_question("").any()


def test_a_question_in_english_is_nearer_to_its_japanese_clause_than_to_another(encoder):
    clauses = [
        "クッキー等の技術を利用する場合があります。",
        "開示・訂正・削除のご請求に対応いたします。",
    ]
    cookie, deletion = encoder.encode_passages(clauses) @ encoder.encode_question("cookies")[0]
    assert cookie > deletion


def test_a_transformer_model_loads_with_the_prompts_of_its_family(tiny_transformer):
    encoder = Encoder.load(str(tiny_transformer))
    assert encoder.prompts == {"query": "query: ", "passage": "passage: "}
    question, passage = encoder.encode_question("個人情報"), encoder.encode_passages(["個人情報"])
    assert question.shape == passage.shape == (1, 16)
    assert not np.allclose(question, passage)


def test_prompts_can_be_set_and_change_the_vector(tiny_transformer):
    plain = Encoder.load(str(tiny_transformer), query_prompt="", passage_prompt="")
    assert np.allclose(
        plain.encode_question("個人情報"), plain.encode_passages(["個人情報"]), atol=1e-5
    )


def test_a_model_folder_with_the_lemmas_file_reads_lemmas(tiny_model, tmp_path):
    folder = Path(shutil.copytree(tiny_model, tmp_path / "lemmas"))
    (folder / LEMMAS_FILE).touch()
    plain, lemmas = Encoder.load(str(tiny_model)), Encoder.load(str(folder))
    # 「個人情報」 is two lemmas, which the model knows, and one unknown word as it stands.
    assert np.allclose(plain.encode_question("個人情報"), [[1, 0, 0, 0, 0]])
    assert np.allclose(lemmas.encode_question("個人情報"), [[0, 0.5**0.5, 0.5**0.5, 0, 0]])
    assert np.allclose(lemmas.encode_passages(["ｸｯｷｰ"]), [[0, 0, 0, 1, 0]])
    assert lemmas.sha256 != plain.sha256


def test_tokens_given_along_change_no_vector(encoder, tiny_model, tokenizer):
    for one in (encoder, Encoder.load(str(tiny_model))):
        for text in map(normalize, TEXTS):
            tokens = tokenizer.tokenize(text)
            assert np.array_equal(one.encode_question(text, tokens), one.encode_question(text))


def test_equal_models_have_equal_hashes_and_others_do_not(encoder, tiny_model):
    assert Encoder.load(str(SHIPPED_MODEL)).sha256 == encoder.sha256
    assert Encoder.load(str(tiny_model)).sha256 != encoder.sha256


def test_a_folder_that_is_no_model_is_refused_by_name(tmp_path):
    with pytest.raises(BadModel, match="Set QA_MODEL"):
        Encoder.load(str(tmp_path))
