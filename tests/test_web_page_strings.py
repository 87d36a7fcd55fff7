"""The strings of the visitors' pages: both languages say the same things, and who gets which."""

import pytest

from qa_service.web.demo_strings import DEMO_PAGE
from qa_service.web.page_strings import ASK_PAGE, POLICY_PAGE, choose_language


@pytest.mark.parametrize("strings", [POLICY_PAGE, ASK_PAGE, DEMO_PAGE])
def test_both_languages_have_every_string(strings):
    assert strings["ja"].keys() == strings["en"].keys()
    for name, japanese in strings["ja"].items():
        assert type(japanese) is type(strings["en"][name])
        assert len(strings["en"][name]) == len(japanese) or isinstance(japanese, str)


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("en", "ja", "en"),
        ("ja", "en", "ja"),
        (None, "ja,en-US;q=0.9,en;q=0.8", "ja"),
        (None, "fr-FR, en;q=0.4, ja;q=0.6", "ja"),
        (None, "en-GB", "en"),
        (None, "ja;q=0, en;q=0.1", "en"),
        ("fr", "ja-JP", "ja"),
        (None, "fr", "en"),
        (None, "", "en"),
        ("<script>", ";;,,q=9, ja;q=x", "en"),
    ],
)
def test_the_address_decides_the_language_and_then_the_browser(wanted, accepted, language):
    assert choose_language(wanted, accepted) == language
