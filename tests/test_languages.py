import pytest

from qa_service.languages import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("個人情報の保護", "ja"),
        ("Cookieを使いますか", "ja"),
        ("ﾌﾟﾗｲﾊﾞｼｰ", "ja"),
        ("Cookieは？", "ja"),
        ("Google Analyticsとは", "ja"),
        ("How long do you keep my data?", "en"),
        ("What is 共同利用 about in this policy?", "en"),
        ("123 !?", "ja"),
        ("", "ja"),
    ],
)
def test_the_larger_part_of_the_words_decides(text, language):
    assert detect_language(text) == language
