"""Turns passages into what models read of them: their words, lead-in and titles as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.markdown import plain_text
from qa_service.passages import Passage, PassageKind

# The nearest titles say what a passage is about; the first of a deep path say little.
N_NEAR_TITLES = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one passage, of the passage that introduces it (or ""), and of its titles."""

    own: str
    lead_in: str
    titles: tuple[str, ...]
    is_lead_in: bool
    is_fragment: bool
    is_sentence: bool

    @property
    def introduced(self) -> str:
        """Its words under its lead-in."""
        return f"{self.lead_in}\n{self.own}" if self.lead_in else self.own

    @property
    def full(self) -> str:
        """Titles, lead-in and words: what is embedded and searched."""
        return "\n".join([*self.titles, self.introduced])

    @property
    def near_titles(self) -> str:
        """The last titles of its path; a dash where it has none."""
        return " ".join(self.titles[-N_NEAR_TITLES:]) or "-"


def read_wordings(source_text: str, passages: Sequence[Passage]) -> tuple[Wording, ...]:
    """Return the wording of each passage, in order."""
    own = [plain_text(source_text[p.start : p.end]) for p in passages]
    return tuple(
        Wording(
            own=own[i],
            lead_in="" if passage.lead_in is None else own[passage.lead_in],
            titles=passage.headings,
            is_lead_in=passage.is_lead_in,
            is_fragment=passage.is_fragment,
            is_sentence=passage.kind is PassageKind.SENTENCE,
        )
        for i, passage in enumerate(passages)
    )
