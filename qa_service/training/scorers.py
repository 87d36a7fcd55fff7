"""Trains the calibration: what a proposal, an excerpt and a settled answer look like.

Needs an encoder, its head, a router, and labelled policies. Every policy is asked twice, with its
labels as a reviewed map and with a proposal by a scorer that never saw it. It is asked what its
visitors asked, and a sample of the topics' held-back questions, which no reader learnt.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from qa_service.calibration import ANY_ENCODER, Calibration, Thresholds
from qa_service.dense import DenseStore
from qa_service.embedding import Encoder
from qa_service.evidence import gather_evidence
from qa_service.head import TopicHead
from qa_service.index import PolicyIndex
from qa_service.lexical import LexicalStore
from qa_service.messages import Status
from qa_service.proposals import Proposer
from qa_service.questions import read_question
from qa_service.reader import Reader, hash_readers
from qa_service.reviews import Entry, Review, known_name, new_quote
from qa_service.router import Router, Voice
from qa_service.scorer import Scorer
from qa_service.tokens import Tokenizer, content_lemmas
from qa_service.topicmap import TopicMap, privacy_topics
from qa_service.topics import Example, read_held_back
from qa_service.training.fitting import ScorerRecipe, blank_scorer, fit_scorer
from qa_service.training.labels import (
    LabelledPolicy,
    LabelledQuestion,
    Use,
    read_labelled_policies,
)
from qa_service.wordings import read_wordings

logger = logging.getLogger(__name__)
Floats = npt.NDArray[np.float32]


# Chosen on the tune halves of the evaluation sets: eval/LOG.md, 2026-11-24 "Thresholds".
THRESHOLDS = Thresholds(
    shown_from=0.25,
    proposed_from=0.08,
    shown_share=0.75,
    covered_from=0.35,
    settled_from=0.4,
    outside_from=0.4,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A labelled policy with its evidence for proposals, and its index without a map."""

    policy: LabelledPolicy
    evidence: Floats
    grades: Floats
    index: PolicyIndex


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of evidence (n, f) and whether each may be shown, and settles: (n,)."""

    evidence: Floats
    accepted: npt.NDArray[np.bool_]
    settles: npt.NDArray[np.bool_]


def fit_calibrations(
    recipe: ScorerRecipe, readers: Sequence[Reader], data: Path
) -> list[Calibration]:
    """Return the calibration of each reader, fitted on the policies that are for calibration."""
    policies = [
        policy
        for policy in read_labelled_policies(data, Tokenizer())
        if policy.use is Use.CALIBRATION
    ]
    return [fit_calibration(recipe, reader, policies) for reader in readers]


def blank_reader(encoder: Encoder, router: Router, head: TopicHead | None) -> Reader:
    """Return a reader that reads topics but weighs nothing yet; without head, for any encoder."""
    nothing = blank_scorer(1)
    owner = encoder.sha256 if head else ANY_ENCODER
    readers = hash_readers(router, head)
    blank = Calibration(owner, readers, nothing, nothing, nothing, THRESHOLDS, sha256="")
    return Reader(encoder, Tokenizer(), router, head, blank)


def fit_calibration(
    recipe: ScorerRecipe, reader: Reader, policies: Sequence[LabelledPolicy]
) -> Calibration:
    """Return the calibration of a reader, fitted on the policies."""
    torch.set_num_threads(recipe.n_threads)
    proposer = Proposer.build(reader)
    prepared = [_prepare(proposer, policy) for policy in tqdm(policies, desc="policies")]
    proposal = _fit_proposal(recipe, prepared)
    held_back = read_held_back()
    rng = np.random.default_rng(recipe.seed)
    rows: list[Rows] = []
    for fold in tqdm(range(recipe.folds), desc="folds"):
        seen = [one for i, one in enumerate(prepared) if i % recipe.folds != fold]
        honest = _fit_proposal(recipe, seen)
        for one in prepared[fold :: recipe.folds]:
            picked = rng.choice(len(held_back), recipe.questions_per_policy, replace=False)
            sample = _label_by_topic([held_back[i] for i in picked], one.policy)
            rows.append(_ask(reader, one, honest, [*one.policy.questions, *sample]))
    evidence = np.concatenate([one.evidence for one in rows])
    accepted = np.concatenate([one.accepted for one in rows])
    settles = np.concatenate([one.settles for one in rows])
    logger.info("%d rows, %d accepted, %d settle", len(evidence), accepted.sum(), settles.sum())
    return replace(
        reader.calibration,
        proposal=proposal,
        acceptance=fit_scorer(recipe, evidence, accepted),
        settlement=fit_scorer(recipe, evidence, settles),
    )


def _prepare(proposer: Proposer, policy: LabelledPolicy) -> Prepared:
    reader = proposer.reader
    wordings = read_wordings(policy.source.text, policy.passages)
    texts = [wording.full for wording in wordings]
    number = {topic.id: i for i, topic in enumerate(privacy_topics())}
    grades = np.zeros((len(wordings), len(number)), dtype=np.float32)
    for label in policy.topics:
        for ordinal, grade in label.grades.items():
            grades[ordinal, number[label.topic]] = grade
    nothing = np.zeros(grades.T.shape, dtype=np.float32)
    index = PolicyIndex(
        source=policy.source,
        sections=(),
        passages=policy.passages,
        dense=DenseStore.build(reader.encoder.encode_passages(texts)),
        lexical=LexicalStore.build(
            [content_lemmas(reader.tokenizer.tokenize(text)) for text in texts]
        ),
        topic_map=TopicMap(nothing, nothing, (None,) * len(number)),
        routed=proposer.route([wording.introduced for wording in wordings], Voice.CLAUSE),
    )
    return Prepared(policy, proposer.gather_evidence(wordings), grades, index)


def _fit_proposal(recipe: ScorerRecipe, prepared: Sequence[Prepared]) -> Scorer:
    evidence = np.concatenate([one.evidence.reshape(-1, one.evidence.shape[2]) for one in prepared])
    bears = np.concatenate([one.grades.reshape(-1) > 0 for one in prepared])
    return fit_scorer(recipe, evidence, bears)


def _label_by_topic(
    questions: Sequence[Example], policy: LabelledPolicy
) -> tuple[LabelledQuestion, ...]:
    """Return questions about topics with what the policy's labels say on those topics."""
    labelled = {label.topic: label for label in policy.topics}
    asked = []
    for question in questions:
        labels = [labelled[topic] for topic in question.topics if topic in labelled]
        grades = {i: grade for label in reversed(labels) for i, grade in label.grades.items()}
        status = labels[0].status if labels else Status.SILENT
        asked.append(LabelledQuestion(question.text, question.lang, status, grades))
    return tuple(asked)


def _ask(
    reader: Reader, prepared: Prepared, proposal: Scorer, asked: Sequence[LabelledQuestion]
) -> Rows:
    """Return the rows of the questions, under the proposed and under the reviewed map."""
    index, spans = prepared.index, prepared.index.spans
    n, t, f = prepared.evidence.shape
    proposed = proposal.score(prepared.evidence.reshape(n * t, f)).reshape(n, t).T
    maps = [
        TopicMap.merge(proposed, review, spans)
        for review in (None, _as_review(prepared.policy, spans))
    ]
    weight = reader.calibration.vector_weight
    evidence, grades = [], []
    for label in asked:
        question = read_question(label.question, reader.tokenizer, label.lang)
        vector = reader.encoder.encode_questions([question.text])
        routed = reader.route(question.text, question.tokens, vector, Voice.QUESTION)
        for topic_map in maps:
            mapped = replace(index, topic_map=topic_map)
            evidence.append(gather_evidence(question, mapped, vector, routed, weight).columns)
            grades.append([label.grades.get(i, 0) for i in range(n)])
    graded = np.concatenate(grades)
    return Rows(np.concatenate(evidence), graded > 0, graded > 1)


def _as_review(policy: LabelledPolicy, spans: Sequence[str]) -> Review:
    """Return the labels of a policy as if a maintainer had reviewed it."""
    labelled = {label.topic: label for label in policy.topics}
    entries = {}
    for topic in privacy_topics():
        label = labelled.get(topic.id)
        quotes = [(spans[i], g) for i, g in label.grades.items()] if label else []
        entries[topic.id] = Entry(
            topic.id,
            label.status if label else Status.SILENT,
            tuple(new_quote(span, grade) for span, grade in quotes),
        )
    return Review(entries, frozenset(map(known_name, spans)))
