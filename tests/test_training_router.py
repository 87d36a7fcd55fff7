import numpy as np
import pytest

from qa_service.features import hash_features
from qa_service.router import Router, Voice
from qa_service.tokens import Tokenizer, normalize
from qa_service.topics import Example, read_topics
from qa_service.training.router import RouterRecipe, fit_router

TOKENIZER = Tokenizer()
NUMBER = {topic.id: number for number, topic in enumerate(read_topics())}
QUESTIONS = [
    Example("クッキーは使いますか", "ja", ("cookie.use",)),
    Example("do you use cookies", "en", ("cookie.use",)),
    Example("電話番号は何番ですか", "ja", ("contact.phone",)),
    Example("what is your phone number", "en", ("contact.phone",)),
    Example("こんにちは", "ja", ("offtopic.smalltalk",)),
    Example("hello there", "en", ("offtopic.smalltalk",)),
    Example("パスワードと住所", "ja", ("password.handling", "contact.address")),
]
CLAUSES = [
    Example("当社はクッキーを使用します。", "ja", ("cookie.use",)),
    Example("お電話は03-0000-0000まで。", "ja", ("contact.phone",)),
]
TINY = RouterRecipe(
    hidden=16, min_texts=1, epochs=60, texts_per_batch=4, dropout=0.0, hidden_dropout=0.0
)


@pytest.fixture(scope="module")
def router() -> Router:
    return fit_router(TINY, QUESTIONS, CLAUSES)


def route(router: Router, text: str, voice: Voice = Voice.QUESTION) -> np.ndarray:
    normal = normalize(text)
    return router.route(normal, TOKENIZER.tokenize(normal), voice)


def test_a_router_learns_its_examples_and_a_paraphrase(router):
    for voice, examples in ((Voice.QUESTION, QUESTIONS[:6]), (Voice.CLAUSE, CLAUSES)):
        for example in examples:
            assert route(router, example.text, voice).argmax() == NUMBER[example.topics[0]]
    assert route(router, "クッキーを使っていますか？").argmax() == NUMBER["cookie.use"]
    assert route(router, "くっきーはつかいますか").argmax() == NUMBER["cookie.use"]
    assert route(router, "cookies?").argmax() == NUMBER["cookie.use"]


def test_two_topics_of_an_example_share_its_probability(router):
    likely = route(router, "パスワードと住所")
    best = set(np.argsort(likely)[-2:].tolist())
    assert best == {NUMBER["password.handling"], NUMBER["contact.address"]}
    one, other = (likely[number] for number in best)
    assert abs(one - other) < 0.05


def test_training_twice_gives_the_same_bytes(router, tmp_path):
    router.write(tmp_path / "one.npz")
    fit_router(TINY, QUESTIONS, CLAUSES).write(tmp_path / "two.npz")
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "one.npz").read_bytes()
    assert (Router.load(tmp_path / "one.npz").rows == router.rows).all()


def test_a_feature_of_too_few_texts_is_not_learnt():
    recipe = RouterRecipe(hidden=2, min_texts=2, epochs=1, texts_per_batch=4)
    fitted = fit_router(recipe, QUESTIONS, CLAUSES)
    common, rare = hash_features(["Lクッキー", "Lパスワード"])
    assert common in fitted.keys
    assert rare not in fitted.keys
    # 「クッキー」 stands in two of the nine texts.
    weight = fitted.idf[np.searchsorted(fitted.keys, common)]
    assert weight == pytest.approx(np.log1p(9 / 2))
    assert (np.diff(fitted.keys.astype(np.int64)) > 0).all()
