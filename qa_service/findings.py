"""What a check says of a policy file: where, how grave, by which rule, and in words.

Rules are stable slugs: people and programs may rely on them. Does not know how a finding is made
or shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from qa_service.errors import BadSource


class Severity(StrEnum):
    """How grave a finding is: an error is not served, a warning is served but looks wrong."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What a finding is about; docs/policy-sources.md explains each with an example."""

    NOT_SERVED = "not-served"
    SAME_POLICY = "same-policy"
    LOST_LETTERS = "lost-letters"
    OVERLAP = "overlap"
    BROKEN_REVIEW = "broken-review"
    STALE_REVIEW = "stale-review"
    STALE_TRANSLATION = "stale-translation"
    DUPLICATE_NUMBER = "duplicate-number"
    MISSING_NUMBER = "missing-number"
    HEADING_LEVEL = "heading-level"
    FUTURE_DATE = "future-date"
    DATE_ORDER = "date-order"
    STRAY_TEXT = "stray-text"
    BROKEN_LINK = "broken-link"
    LINK_SPACE = "link-space"
    INSECURE_LINK = "insecure-link"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend in a file; `line` counts from 1."""

    path: str
    line: int
    severity: Severity
    rule: Rule
    message: str

    @property
    def text(self) -> str:
        """`path:line: message`, which editors and terminals can follow."""
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a lint says of the text that starts at a position (in code points) of a source."""

    start: int
    rule: Rule
    message: str


def report_error(exc: BadSource, rule: Rule) -> Finding:
    """Return the finding that says what a refused file's error says."""
    return Finding(str(exc.path), exc.line, Severity.ERROR, rule, exc.reason)
