"""Compares the answers to one question asked in both languages: is the same clause cited?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_service.evaluation.asking import Asked
from qa_service.evaluation.figures import Figure, share
from qa_service.excerpts import Excerpt


@dataclass(frozen=True, slots=True)
class Pair:
    """A question asked in Japanese and in English."""

    ja: Asked
    en: Asked

    @property
    def agrees(self) -> bool:
        """Whether the first excerpts have words in common, or there is none in either."""
        first, second = _first(self.ja), _first(self.en)
        if first is None or second is None:
            return first is second
        return first.start < second.end and second.start < first.end


def find_pairs(asked: Sequence[Asked]) -> tuple[Pair, ...]:
    """Return the pairs of which both questions were asked, in the order of the Japanese ones."""
    by_id = {one.case.id: one for one in asked}
    return tuple(
        Pair(one, by_id[one.case.pair])
        for one in asked
        if one.case.lang == "ja" and one.case.pair in by_id
    )


def agreement(pairs: Iterable[Pair]) -> Figure:
    """Return the share of pairs that cite the same clause."""
    return share([pair.agrees for pair in pairs])


def _first(asked: Asked) -> Excerpt | None:
    return next(iter(asked.answer.excerpts), None)
