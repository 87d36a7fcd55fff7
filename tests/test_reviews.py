from hashlib import sha256

import pytest

from qa_service.errors import BadSource
from qa_service.messages import Status
from qa_service.reviews import (
    Entry,
    Review,
    find_stale,
    known_name,
    new_quote,
    read_review,
    read_reviews,
    review_path,
    write_review,
)
from qa_service.sources import make_source

ITEMS, PHONE = '- 氏名\n- "住所"', "電話でご連絡ください。"
REVIEW = Review(
    {
        "collection.items": Entry(
            "collection.items", Status.ANSWERED, (new_quote(ITEMS, 2), new_quote(PHONE, 1))
        ),
        "contact.phone": Entry("contact.phone", Status.PARTIAL, (new_quote(PHONE, 1),)),
        "retention.period": Entry("retention.period", Status.SILENT, ()),
    },
    frozenset({known_name(ITEMS), known_name(PHONE)}),
)


def quoted(text: str = PHONE, grade: int = 2, digest: str | None = None) -> str:
    digest = digest or sha256(text.encode()).hexdigest()
    return f'quotes = [{{ grade = {grade}, sha256 = "{digest}", text = "{text}" }}]'


def entry(topic: str, status: str, quotes: str = "") -> str:
    return f'[[topic]]\nid = "{topic}"\nstatus = "{status}"\n{quotes}\n'


def test_a_written_review_is_read_as_it_was_and_begins_with_what_it_is(tmp_path):
    path = tmp_path / "p.topics.toml"
    write_review(path, REVIEW)
    assert read_review(path) == REVIEW
    assert path.read_text("utf-8").startswith("# What a maintainer says this policy answers")
    written = path.read_bytes()
    write_review(path, REVIEW)
    assert path.read_bytes() == written


def test_comments_of_a_maintainer_are_kept_when_a_review_is_renewed(tmp_path):
    path = tmp_path / "p.topics.toml"
    path.write_text(
        "# Asked the lawyers.\nknown = []\n\n# Nothing on this yet.\n"
        + entry("retention.period", "silent"),
        encoding="utf-8",
    )
    write_review(path, REVIEW)
    text = path.read_text("utf-8")
    assert text.index("# Asked the lawyers.") < text.index("# Nothing on this yet.")
    assert read_review(path) == REVIEW


def test_a_renewed_entry_loses_the_quotes_that_it_no_longer_has(tmp_path):
    path = tmp_path / "p.topics.toml"
    write_review(path, REVIEW)
    silent = Entry("contact.phone", Status.SILENT, ())
    renewed = Review(REVIEW.entries | {silent.topic: silent}, frozenset())
    write_review(path, renewed)
    assert read_review(path) == renewed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("known = [", "is not TOML"),
        ("known = 'abc'\n" + entry("contact.phone", "silent"), "known is not a list"),
        ("known = []\n" + entry("contact.fax", "silent"), "there is no topic contact.fax"),
        ("known = []\n" + entry("offtopic.price", "silent"), "there is no topic offtopic.price"),
        ("known = []\n" + 2 * entry("contact.phone", "silent"), "has a topic twice"),
        ("known = []\n" + entry("contact.phone", "maybe"), "'maybe' is not a valid Status"),
        ("known = []\n" + entry("contact.phone", "off_topic", quoted()), "must be answered"),
        ("known = []\n" + entry("contact.phone", "silent", quoted()), "silent with 1 quotes"),
        ("known = []\n" + entry("contact.phone", "answered"), "answered with 0 quotes"),
        ("known = []\n" + entry("contact.phone", "partial"), "partial with 0 quotes"),
        ("known = []\n" + entry("contact.phone", "partial", quoted(grade=3)), "must be 1 or 2"),
        ("known = []\n" + entry("contact.phone", "partial", quoted(digest="0" * 64)), "SHA-256"),
        ("known = []\n" + entry("contact.phone", "partial", "quotes = 3"), "is not a list"),
        ("known = []\n" + entry("contact.phone", "partial", "quotes = [3]"), "cannot be used"),
        ("known = []\ntopic = 3\n", "cannot be used"),
    ],
)
def test_a_review_that_cannot_be_used_is_refused_with_its_file(tmp_path, text, reason):
    path = tmp_path / "p.topics.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSource, match=reason) as caught:
        read_review(path)
    assert caught.value.path == path


def test_a_review_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "p.topics.toml").write_bytes("known = ['日']".encode("shift_jis"))
    with pytest.raises(BadSource, match="cannot be read"):
        read_review(tmp_path / "p.topics.toml")


def test_reviews_of_a_folder_are_found_beside_the_policies_that_answer(tmp_path):
    sources = [make_source(name, b"# T\n\nText.\n") for name in ("p.ja.md", "p.en.md", "q.md")]
    assert review_path(tmp_path, sources[0]) == tmp_path / "p.topics.toml"
    assert read_reviews(tmp_path, sources) == {}
    write_review(tmp_path / "p.topics.toml", REVIEW)
    assert read_reviews(tmp_path, sources) == {"p": REVIEW}


def test_a_review_knows_the_passages_of_its_time_to_the_letter():
    assert REVIEW.knows(PHONE)
    assert not REVIEW.knows(PHONE + " ")


def test_a_topic_is_stale_when_a_quote_is_no_passage_any_more():
    assert find_stale(REVIEW, [PHONE, ITEMS, "新しい文。"]) == {}
    assert find_stale(REVIEW, [PHONE]) == {"collection.items": new_quote(ITEMS, 2)}
    assert find_stale(REVIEW, []) == {
        "collection.items": new_quote(ITEMS, 2),
        "contact.phone": new_quote(PHONE, 1),
    }
