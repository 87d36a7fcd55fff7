import io
import json

import pytest

from qa_service.errors import BadQuestion
from qa_service.lines import MAX_LINE_BYTES, answer_lines


def answer_of(question: str, lang: str | None) -> dict[str, object]:
    if not question.strip():
        raise BadQuestion("It is blank.")
    return {"echo": question, "lang": lang}


def answers(*lines: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in answer_lines(io.BytesIO(b"".join(lines)), answer_of)]


def test_every_line_is_answered_in_order_with_its_id():
    asked = [{"id": i, "question": f"質問{i}", "lang": "ja"} for i in range(1000)]
    lines = [json.dumps(one, ensure_ascii=i % 2 == 0).encode() for i, one in enumerate(asked)]
    expected = [{"id": i, "echo": f"質問{i}", "lang": "ja"} for i in range(1000)]
    assert answers(*(line + b"\n" for line in lines)) == expected


@pytest.mark.parametrize(
    ("line", "line_id", "detail"),
    [
        (b"", None, "The line is blank."),
        (b" \t", None, "The line is blank."),
        (b"{", None, "The line is not JSON."),
        (b'{"id":1,"question":NaN}', None, "The line is not JSON."),
        (b'{"id":1,"question":' + b"[" * 30_000, None, "The line is not JSON."),
        (b'{"id":1,"question":' + b"9" * 5000 + b"}", None, "The line is not JSON."),
        (b'{"id":1,"question":"\xff"}', None, "The line is not UTF-8."),
        ('{"id":1,"question":"個人"}'.encode("utf-16"), None, "The line is not UTF-8."),
        ('{"id":1,"question":"個人"}'.encode("shift_jis"), None, "The line is not UTF-8."),
        (b"[]", None, 'The line must be an object with a text "question".'),
        (b"null", None, 'The line must be an object with a text "question".'),
        (b'{"id":"a"}', "a", 'The line must be an object with a text "question".'),
        (b'{"id":"a","question":3}', "a", 'The line must be an object with a text "question".'),
        (b'{"id":"a","question":" "}', "a", "It is blank."),
        (b'{"id":7,"question":"x","lang":"fr"}', 7, '"lang" must be "ja" or "en".'),
        (b'{"id":7,"question":"x","lang":[]}', 7, '"lang" must be "ja" or "en".'),
        (b'{"id":1,"question":"' + b"x" * MAX_LINE_BYTES + b'"}', None, "longer than 64 KiB"),
        (b"x" * 1_000_000, None, "longer than 64 KiB"),
    ],
)
def test_a_bad_line_is_an_error_in_its_place_and_the_run_goes_on(line, line_id, detail):
    good = b'{"id":"good","question":"x"}\n'
    before, bad, after = answers(good, line + b"\n", good)
    assert before == after == {"id": "good", "echo": "x", "lang": None}
    error = bad["error"]
    assert bad["id"] == line_id
    assert isinstance(error, dict)
    assert error["line"] == 2
    assert detail in error["detail"]


@pytest.mark.parametrize("size", [MAX_LINE_BYTES, MAX_LINE_BYTES + 1, MAX_LINE_BYTES + 2])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_limit_of_a_line_counts_its_bytes_without_the_line_end(size, end):
    (answer,) = answers(b'{"question":"x"}'.ljust(size) + end)
    assert ("echo" in answer) == (size == MAX_LINE_BYTES)


def test_ids_come_back_as_they_were_and_only_text_or_whole_numbers():
    ids = [b'"\\ud800"', b'"\xe5\x80\x8b"', b"12", b"null", b"[1]", b"1e999", b'{"a":1}']
    lines = [b'{"id":' + one + b',"question":"x"}\n' for one in ids]
    assert [one["id"] for one in answers(*lines)] == ["\ud800", "個", 12, None, None, None, None]


def test_a_byte_order_mark_and_windows_line_ends_are_read():
    assert answers(b'\xef\xbb\xbf{"question":"x"}\r\n', b'{"question":"y"}') == [
        {"id": None, "echo": "x", "lang": None},
        {"id": None, "echo": "y", "lang": None},
    ]


def test_an_answer_is_given_before_the_next_line_is_read():
    read = []

    class Stream(io.BytesIO):
        def readline(self, size=-1, /):
            read.append(size)
            return b'{"question":"x"}\n'

    lines = answer_lines(Stream(), answer_of)
    next(lines)
    assert len(read) == 1
