import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa_service.errors import BadQuestion
from qa_service.questions import MAX_PREVIOUS, MAX_QUESTION_CHARS, read_question
from qa_service.tokens import Tokenizer, content_lemmas, normalize

TOKENIZER = Tokenizer()
# Any code point, half surrogate pairs included, as JSON may bring them.
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=500)
BLANK = st.text(
    st.characters(categories=["Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Me"]),
    min_size=0,
    max_size=500,
)


@given(typed=ANY_TEXT)
@example(typed="\ud800")
@example(typed="\ufdfa" * 500)
@example(typed="ｶﾞ\u3099" * 150)
@example(typed="\x00個人\x00")
def test_any_text_is_read_or_refused_and_never_breaks(typed):
    try:
        question = read_question(typed, TOKENIZER)
    except BadQuestion:
        return
    assert question.text == normalize(typed) != ""
    assert question.lang in {"ja", "en"}
    question.text.encode()


@given(typed=BLANK)
def test_a_question_that_shows_nothing_is_refused(typed):
    with pytest.raises(BadQuestion):
        read_question(typed, TOKENIZER)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\u3000", "\t\r\n", "\u200b", "\u200d\ufe0f", "\u3099", "\0", "\ufeff", "\u3164"],
)
def test_blank_questions_are_refused(typed):
    with pytest.raises(BadQuestion, match="visible character"):
        read_question(typed, TOKENIZER)


@pytest.mark.parametrize("typed", ["???", "？", "🍪", "👍🏽", "!", "5", "～", "(^^)", "\ue000"])
def test_marks_and_emoji_alone_are_questions(typed):
    assert read_question(typed, TOKENIZER).text == normalize(typed)


@pytest.mark.parametrize("typed", ["あ" * 500, "個" + " " * 499, "🍪" * 500])
def test_500_characters_are_a_question(typed):
    assert len(typed) == MAX_QUESTION_CHARS
    read_question(typed, TOKENIZER)


@pytest.mark.parametrize("typed", ["あ" * 501, "個" + " " * 500, "\u200b" * 501])
def test_501_characters_are_too_many_even_where_some_are_blank(typed):
    with pytest.raises(BadQuestion, match="at most 500 characters"):
        read_question(typed, TOKENIZER)


def test_four_earlier_questions_are_too_many():
    read_question("はい", TOKENIZER, previous=["あ"] * MAX_PREVIOUS)
    with pytest.raises(BadQuestion, match="At most 3 earlier"):
        read_question("はい", TOKENIZER, previous=["あ"] * (MAX_PREVIOUS + 1))


def test_a_follow_up_takes_the_words_of_the_question_before_it():
    alone = read_question("それはどこの会社？", TOKENIZER)
    follow_up = read_question("それはどこの会社？", TOKENIZER, previous=["天気", "共同利用者は？"])
    assert set(follow_up.terms) > set(alone.terms)
    assert follow_up.text == normalize("共同利用者は？ それはどこの会社？")
    assert follow_up.lang == "ja"


def test_a_question_that_stands_alone_ignores_the_one_before():
    typed = "クッキーはアクセス解析に利用されますか"
    follow_up = read_question(typed, TOKENIZER, previous=["共同利用者は？"])
    assert follow_up == read_question(typed, TOKENIZER)


def test_the_tokens_are_those_of_the_whole_text():
    for question in (
        read_question("ｸｯｷｰは？", TOKENIZER),
        read_question("それはどこの会社？", TOKENIZER, previous=["共同利用者は？"]),
    ):
        assert question.tokens == TOKENIZER.tokenize(question.text)
        assert question.terms == tuple(content_lemmas(question.tokens))


@pytest.mark.parametrize("previous", ["", "\u3000", "\u200b"])
def test_a_blank_earlier_question_changes_nothing(previous):
    assert read_question("それは", TOKENIZER, previous=[previous]).text == "それは"


@pytest.mark.parametrize(
    ("typed", "asked", "expected"),
    [
        ("個人情報", None, "ja"),
        ("privacy", None, "en"),
        ("個人情報", "en", "en"),
        ("privacy", "ja", "ja"),
        ("???", None, "ja"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_question(typed, asked, expected):
    assert read_question(typed, TOKENIZER, asked).lang == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("第５条", "第5条"), ("ﾌﾟﾗｲﾊﾞｼｰ", "プライバシー"), (" 個\u200b人\n 情報 ", "個人 情報")],
)
def test_the_text_is_in_normal_form(typed, expected):
    assert read_question(typed, TOKENIZER).text == expected
