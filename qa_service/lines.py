"""Turns lines of JSON with a question each into lines of JSON with an answer each, in order.

A line that cannot be used becomes an error in its place, and the run goes on. Knows no service.
"""

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from qa_service.errors import BadQuestion, QaError

# As long as the body of an HTTP request may be.
MAX_LINE_BYTES = 64 * 1024


def answer_lines(
    stream: BinaryIO, answer_of: Callable[[str, str | None], dict[str, object]]
) -> Iterator[bytes]:
    """Yield for each line `{"id", …}` with what `answer_of(question, lang)` returns.

    A bad line yields `{"id", "error": {"line", "detail"}}`; `id` is null where it has none that is
    text or a whole number. `detail` repeats nothing of the line.
    """
    for number, line in enumerate(_read_lines(stream), start=1):
        asked: object = None
        try:
            asked = _parse_line(line)
            result = answer_of(*_question_of(asked))
        except QaError as exc:
            result = {"error": {"line": number, "detail": str(exc)}}
        text = json.dumps({"id": _id_of(asked), **result}, ensure_ascii=False)
        # Half a surrogate pair in an id goes back as it came, as an escape.
        yield text.encode(errors="backslashreplace") + b"\n"


def _read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; of one that is too long only the start, just over the limit, is kept."""
    limit_bytes = MAX_LINE_BYTES + len(b"\r\n")
    while line := stream.readline(limit_bytes):
        rest = line
        while len(rest) == limit_bytes and not rest.endswith(b"\n"):
            rest = stream.readline(limit_bytes)
        yield line


def _parse_line(line: bytes) -> object:
    if len(line.rstrip(b"\r\n")) > MAX_LINE_BYTES:
        raise BadQuestion(f"The line is longer than {MAX_LINE_BYTES // 1024} KiB.")
    if not line.strip():
        raise BadQuestion("The line is blank.")
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise BadQuestion("The line is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadQuestion("The line is not JSON.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _question_of(asked: object) -> tuple[str, str | None]:
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
        raise BadQuestion('The line must be an object with a text "question".')
    lang = asked.get("lang")
    if lang is not None and lang not in ("ja", "en"):
        raise BadQuestion('"lang" must be "ja" or "en".')
    return asked["question"], lang


def _id_of(asked: object) -> str | int | None:
    line_id = asked.get("id") if isinstance(asked, dict) else None
    return line_id if isinstance(line_id, str | int) else None
