from math import log

import numpy as np
import pytest

from qa_service.errors import BadModel
from qa_service.features import hash_features
from qa_service.router import Router, Voice
from qa_service.settings import SHIPPED_READER
from qa_service.tokens import Tokenizer, normalize
from qa_service.topics import hash_topics, read_topics

TOKENIZER = Tokenizer()


@pytest.fixture
def tiny() -> Router:
    """A router of two words and three topics: "cookie" speaks for the first, "chat" for the last.

    A word alone adds 1 to its hidden unit, a clause 1 to the first unit.
    """
    keys = hash_features(["Wcookie", "Wchat"])
    order = np.argsort(keys)
    rows = np.array([[2, 0], [0, 4]], dtype=np.int8)
    return Router(
        keys=keys[order],
        idf=np.array([3, 4], dtype=np.float32)[order],
        rows=rows[order],
        scales=np.array([0.5, 0.25], dtype=np.float32)[order],
        voices=np.array([[0, 0], [1, 0]], dtype=np.float32),
        output=np.array([[log(2), 0], [0, 0], [0, log(7)]], dtype=np.float32),
        bias=np.array([0, log(3), 0], dtype=np.float32),
        sha256="",
    )


def route(router: Router, text: str, voice: Voice = Voice.QUESTION) -> list[float]:
    normal = normalize(text)
    return router.route(normal, TOKENIZER.tokenize(normal), voice).tolist()


def test_probabilities_are_those_that_a_person_computes(tiny):
    assert route(tiny, "cookie") == pytest.approx([2 / 6, 3 / 6, 1 / 6])
    assert route(tiny, "cookie", Voice.CLAUSE) == pytest.approx([4 / 8, 3 / 8, 1 / 8])
    assert route(tiny, "chat") == pytest.approx([1 / 11, 3 / 11, 7 / 11])
    # Weights 3 and 4 have length 5, so that both words count 0.6 and 0.8.
    both = np.array([2**0.6, 3, 7**0.8])
    assert route(tiny, "cookie chat") == pytest.approx(both / both.sum())
    # A word that stands twice weighs 1 + log 2 times as much.
    twice = 3 * (1 + log(2))
    length = np.hypot(twice, 4)
    three = np.array([2 ** (twice / length), 3, 7 ** (4 / length)])
    assert route(tiny, "cookie chat cookie") == pytest.approx(three / three.sum())


@pytest.mark.parametrize("text", ["", "？", "zzz", "天気"])
def test_a_text_without_known_features_gets_the_shares_of_the_bias(tiny, text):
    assert route(tiny, text) == pytest.approx([1 / 5, 3 / 5, 1 / 5])


def test_a_written_router_routes_as_before_and_is_written_in_equal_bytes(tiny, tmp_path):
    tiny.write(tmp_path / "one.npz")
    loaded = Router.load(tmp_path / "one.npz")
    assert route(loaded, "cookie chat") == route(tiny, "cookie chat")
    loaded.write(tmp_path / "two.npz")
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "one.npz").read_bytes()
    assert Router.load(tmp_path / "two.npz").sha256 == loaded.sha256 != ""


def test_a_router_for_another_list_of_topics_is_refused(tiny, tmp_path):
    tiny.write(tmp_path / "router.npz")
    with np.load(tmp_path / "router.npz") as stored:
        arrays = dict(stored)
    assert str(arrays["topics_sha256"]) == hash_topics()
    np.savez(tmp_path / "other.npz", **{**arrays, "topics_sha256": np.array("0" * 64)})
    with pytest.raises(BadModel, match="trained for another list of topics"):
        Router.load(tmp_path / "other.npz")


def test_a_file_that_is_missing_broken_or_lacks_an_array_is_refused(tmp_path):
    (tmp_path / "broken.npz").write_bytes(b"router")
    np.savez(tmp_path / "empty.npz", keys=np.zeros(1))
    for name in ("missing.npz", "broken.npz", "empty.npz"):
        with pytest.raises(BadModel, match="the topic router cannot be read"):
            Router.load(tmp_path / name)


@pytest.fixture(scope="module")
def shipped() -> Router:
    return Router.load(SHIPPED_READER / "router.npz")


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("おたくのサイト、クッキー使ってます？", "cookie.use"),
        ("くっきーをむこうにしたい", "cookie.disable"),
        ("How can I turn off cookies?", "cookie.disable"),
        ("個人情報はいつまで保管されますか", "retention.period"),
        ("How long do you keep my data?", "retention.period"),
        ("チャットの履歴はどこに残りますか", "chat.storage_place"),
        ("自分のデータを消してほしい", "rights.deletion"),
        ("Please delete my data", "rights.deletion"),
        ("個人情報を売ったりしてませんか", "sale_of_data"),
        ("Do you sell my personal information?", "sale_of_data"),
        ("グーグルアナリティクスは入っていますか", "analytics.google"),
        ("最後に改定されたのはいつですか", "policy.revised_date"),
        ("電話番号を教えて", "contact.phone"),
        ("料金はいくらですか", "offtopic.price"),
        ("What's the capital of France?", "offtopic.general_knowledge"),
    ],
)
def test_the_shipped_router_knows_what_a_paraphrase_asks(shipped, question, topic):
    likely = route(shipped, question)
    # Topics speak by their shares, so that a close second does no harm.
    best_two = {read_topics()[number].id: likely[number] for number in np.argsort(likely)[-2:]}
    assert best_two[topic] > 0.25
    assert sum(likely) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "clause",
    [
        "個人情報の保存期間は5年間とします。",
        "当社は、個人情報を5年間保存します。",
        "取得した個人情報は、利用目的の達成に必要な期間に限り保管します。",
    ],
)
def test_the_shipped_router_knows_a_clause(shipped, clause):
    likely = route(shipped, clause, Voice.CLAUSE)
    assert read_topics()[int(np.argmax(likely))].id == "retention.period"
