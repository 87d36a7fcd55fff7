"""Turns an excerpt into what an agent pastes into a ticket: plain text, Markdown and HTML.

Each has the policy's words, section, policy, address, revision date and the start of the hash. The
words are the policy's; everything around them is fixed.
"""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote as url_quote

from qa_service.excerpts import Excerpt
from qa_service.sources import Source
from qa_service.web.console_strings import CITATION

SHORT_HASH_CHARS = 12
# A longer text is pointed at by its first and last words: addresses have to stay short. Fewer first
# words than this, 「当社は、」, would be found too early on the page.
MAX_FRAGMENT_CHARS = 48
MIN_FRAGMENT_CHARS = 12

# What Markdown could take for a mark. A full stop or bracket behind a number begins a list.
_MARKS = re.compile(r"([\\`*_\[\]<>#|~!&])|^(\s*)([-+=])|^(\s*\d+)([.)])", re.MULTILINE)
_CLAUSE_END = re.compile(r"[、。，．,.!?！？]")


@dataclass(frozen=True, slots=True)
class Citations:
    """The same citation in three forms."""

    plain: str
    markdown: str
    html: str


def cite(excerpt: Excerpt, policy: Source, url: str, lang: str) -> Citations:
    """Return the citations of an excerpt; `url` is absolute, `lang` that of the words around."""
    words = CITATION[lang]
    lines = [*_lines(excerpt.lead_in.text if excerpt.lead_in else ""), *_lines(excerpt.text)]
    section = excerpt.section.path[-1] if excerpt.section.path else ""
    section = section or excerpt.section.title
    where = " ".join(filter(None, (policy.title, section)))
    date = words["revised"].format(policy.last_modified) if policy.last_modified else ""
    proof = f"SHA-256 {excerpt.sha256[:SHORT_HASH_CHARS]}"
    notes = words["join"].join(filter(None, (date, proof)))
    quoted = words["quoted"].format("\n".join(lines))
    safe_url = url.replace("(", "%28").replace(")", "%29")
    return Citations(
        plain=f"{quoted}\n— {where} ({notes})\n{url}",
        markdown="\n".join(
            [
                # Two blanks at the end keep the policy's line breaks.
                "  \n".join(f"> {_escape_markdown(line)}" for line in lines),
                ">",
                f"> — [{_escape_markdown(where)}]({safe_url}) ({notes})",
            ]
        ),
        html=(
            f'<blockquote lang="{policy.lang}" cite="{escape(url)}">'
            f"<p>{'<br>'.join(map(escape, lines))}</p></blockquote>"
            f'<p>— <a href="{escape(url)}">{escape(where)}</a> ({escape(notes)})</p>'
        ),
    )


def with_text_fragment(url: str, text: str) -> str:
    """Return an address that makes a browser scroll to a text and mark it.

    https://wicg.github.io/scroll-to-text-fragment/: a match begins and ends between words, so a
    long text is cut behind punctuation, and never across a line of the page.
    """
    lines = _lines(text)
    beginning, ending = _beginning(lines[0]), _ending(lines[-1])
    fragment = f"{_encode(beginning)},{_encode(ending)}"
    # The end has to come after the beginning, and not inside it.
    if len(lines) == 1 and len(beginning) + len(ending) >= len(text.strip()):
        fragment = _encode(lines[0])
    mark = ":~:text=" if "#" in url else "#:~:text="
    return f"{url}{mark}{fragment}"


def _beginning(line: str) -> str:
    ends = [m.end() for m in _CLAUSE_END.finditer(line)]
    fitting = [end for end in ends if MIN_FRAGMENT_CHARS <= end <= MAX_FRAGMENT_CHARS]
    return line[: fitting[-1]] if fitting else line


def _ending(line: str) -> str:
    least, most = len(line) - MAX_FRAGMENT_CHARS, len(line) - MIN_FRAGMENT_CHARS
    starts = [m.end() for m in _CLAUSE_END.finditer(line) if least <= m.end() <= most]
    return line[starts[0] :].strip() if starts else line


def _encode(text: str) -> str:
    # A hyphen beside a comma would be read as a mark of the syntax.
    return url_quote(text, safe="").replace("-", "%2D")


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _escape_markdown(text: str) -> str:
    return _MARKS.sub(r"\2\4\\\1\3\5", text)
