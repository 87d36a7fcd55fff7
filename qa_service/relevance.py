"""Decides what kind of answer a question gets, which hits are shown, and on what topic.

Applies the calibration's thresholds to rankings. A question of several parts is judged part by
part: each part that the policy covers has a hit of its own, and those it is silent on are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from qa_service.calibration import Thresholds
from qa_service.index import PolicyIndex
from qa_service.messages import Status
from qa_service.parts import split_parts
from qa_service.questions import Question, read_part
from qa_service.reader import Reader
from qa_service.retrieval import Floats, Hit, Ranking, retrieve
from qa_service.topicmap import privacy_topics
from qa_service.topics import Topic

MAX_EXCERPTS = 4
# So many hits are looked at for excerpts and for the nearest sections.
N_HITS = 12
MAX_PARTS = 4
# No topic is spoken of when the router gives it less than this.
TOPIC_FROM = 0.2
# A topic is named to the visitor, and a part counts as one, when the router is as sure as this
# of it and its neighbours together.
NAMED_FROM = 0.3
CLEAR_FROM = 0.5
# A part of a question that is off-topic as a whole needs more.
SURE_FROM = 0.7


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a question gets: a status, the hits that are shown, best first, and what it is about.

    `missing` are topics of parts on which the policy is silent; `ranking` is that of the question,
    or of its first part.
    """

    status: Status
    shown: tuple[Hit, ...]
    topic: Topic | None
    missing: tuple[Topic, ...]
    ranking: Ranking


def judge(question: Question, ranking: Ranking, policy: PolicyIndex, reader: Reader) -> Judgement:
    """Return the judgement of a ranked question: as a whole, or by its parts where they are clear.

    Parts are clear when the router is sure of a different privacy topic for at least two of them.
    What looks off-topic as a whole is answered by the first part that is surely not.
    """
    looked_at = replace(ranking, hits=ranking.hits[:N_HITS])
    whole = judge_ranking(looked_at, policy, reader)
    texts = () if question.leans else split_parts(question.text)[-MAX_PARTS:]
    if texts in {(), (question.text,)}:
        return whole
    parts = [read_part(question, text, reader.tokenizer) for text in texts]
    rankings = [retrieve(part, policy, reader, N_HITS) for part in parts]
    clear = _clear_parts(rankings)
    if len(clear) > 1:
        return combine([judge_ranking(ranking, policy, reader) for ranking in clear])
    if whole.status is Status.OFF_TOPIC:
        judged = (judge_ranking(ranking, policy, reader) for ranking in rankings)
        sure = (one for one in judged if one.shown and _topic(one.ranking.routed, SURE_FROM))
        return next(sure, whole)
    return whole


def combine(parts: Sequence[Judgement]) -> Judgement:
    """Return one judgement with the best hit of each part first, then the others in turn.

    Its status is the best of the parts, in the order of `Status`.
    """
    in_turn = [hit for hits in zip_longest(*(part.shown for part in parts)) for hit in hits if hit]
    first_of: dict[int, Hit] = {}
    for hit in in_turn:
        first_of.setdefault(hit.ordinal, hit)
    shown = tuple(first_of.values())[:MAX_EXCERPTS]
    statuses = {part.status for part in parts}
    status = next(status for status in Status if status in statuses)
    silent = tuple(part.topic for part in parts if part.topic and not part.shown)
    return Judgement(status, shown, parts[0].topic, silent, parts[0].ranking)


def judge_ranking(ranking: Ranking, policy: PolicyIndex, reader: Reader) -> Judgement:
    """Return the judgement of one ranking; hits that say nothing by themselves are never shown."""
    thresholds = reader.calibration.thresholds
    shown = _shown(ranking, policy, thresholds)
    if shown:
        settled = max(hit.settles for hit in shown) >= thresholds.settled_from
        status = Status.ANSWERED if settled else Status.PARTIAL
    else:
        outside = float(ranking.routed[len(privacy_topics()) :].sum())
        status = Status.OFF_TOPIC if outside >= thresholds.outside_from else Status.SILENT
    topic = None if status is Status.OFF_TOPIC else _topic(ranking.routed, NAMED_FROM)
    if topic and not shown and policy.topic_map.covered[privacy_topics().index(topic)]:
        # What the policy does speak of must not be called missing because no passage was shown.
        topic = None
    return Judgement(status, shown, topic, (), ranking)


def _shown(ranking: Ranking, policy: PolicyIndex, thresholds: Thresholds) -> tuple[Hit, ...]:
    """Return the hits that pass all thresholds, best first, at most 4."""
    topic_map = policy.topic_map
    shown_from = thresholds.proposed_from
    if topic_map.is_reviewed:
        shown_from = thresholds.shown_from
        covered = float(ranking.routed[: len(topic_map.covered)] @ topic_map.covered)
        if covered < thresholds.covered_from:
            return ()
    hits = [hit for hit in ranking.hits if not policy.passages[hit.ordinal].is_fragment]
    floor = max(shown_from, thresholds.shown_share * hits[0].score) if hits else 0.0
    return tuple(hit for hit in hits[:MAX_EXCERPTS] if hit.score >= floor)


def _topic(routed: Floats, likely_from: float) -> Topic | None:
    """Return the likeliest privacy topic where the router is sure enough of it.

    Its neighbours count with it: no visitor chooses between 「保存期間」 and 「契約終了後」.
    """
    topics = privacy_topics()
    likely = routed[: len(topics)]
    best = int(likely.argmax())
    near = [i for i, topic in enumerate(topics) if topic.id in topics[best].neighbours]
    is_sure = likely[best] >= TOPIC_FROM and likely[best] + likely[near].sum() >= likely_from
    return topics[best] if is_sure else None


def _clear_parts(rankings: Sequence[Ranking]) -> list[Ranking]:
    """Return the rankings of parts with a sure privacy topic, the first of each topic."""
    clear: dict[str, Ranking] = {}
    for ranking in rankings:
        topic = _topic(ranking.routed, CLEAR_FROM)
        if topic:
            clear.setdefault(topic.id, ranking)
    return list(clear.values())
