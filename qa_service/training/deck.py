"""Draws the batches of the encoder's training: each topic's questions in turn, none left out."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from qa_service.topics import Example, Examples, read_topics
from qa_service.training.noise import Noise

# What the second and third topic of a question count, and a passage that supports only.
SHARE_OF_OTHER_TOPICS = 0.7
SHARE_OF_SUPPORT_AS_EXAMPLE, SHARE_OF_SUPPORT_AS_ANSWER = 0.4, 0.3
# Passages are read with their titles so often, and without otherwise.
WITH_TITLES = 0.7


@dataclass(frozen=True, slots=True)
class DeckRecipe:
    """What one batch is made of.

    `topics` privacy topics with `questions` each and a clause, `outside` questions that are
    off-topic, `passages` of one policy; a topic's near miss joins with chance `near`. Confusable
    questions are in the deck `confusable` times.
    """

    topics: int = 24
    questions: int = 3
    outside: int = 14
    passages: int = 16
    near: float = 0.3
    confusable: int = 0


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A passage of a policy: with titles and lead-in, with its lead-in; its topics' grades."""

    full: str
    introduced: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions, and the texts they are compared with.

    `question_topics` (questions, topics) and `text_topics` (texts, topics) have rows of sum 1, or
    of 0 for a text that is no example of any topic. `answers` (privacy questions, texts) is above 0
    where a text answers; the privacy questions come first.
    """

    questions: list[str]
    texts: list[str]
    question_topics: torch.Tensor
    text_topics: torch.Tensor
    answers: torch.Tensor


class Deck:
    """All examples, drawn topic by topic in random order; repeatable by seed."""

    def __init__(
        self,
        recipe: DeckRecipe,
        examples: Examples,
        policies: Sequence[Sequence[PolicyText]],
        seed: int,
    ) -> None:
        self._recipe = recipe
        self._rng = random.Random(seed)
        self._noise = Noise(self._rng)
        self._policies = policies
        self._questions = _by_topic((*examples.questions, *examples.confusable * recipe.confusable))
        self._clauses = _by_topic(examples.clauses)
        self._near_misses = _by_topic(examples.near_misses)
        self._left: dict[str, list[Example]] = defaultdict(list)
        self._topics_left: list[str] = []
        known = [topic for topic in read_topics() if topic.id in self._questions]
        self._inside = [topic.id for topic in known if not topic.is_outside]
        self._outside = [topic.id for topic in known if topic.is_outside]

    def draw(self) -> Batch:
        """Return the next batch."""
        recipe = self._recipe
        topics = self._draw_topics()
        asked = [self._draw_question(topic) for topic in topics for _ in range(recipe.questions)]
        n_inside = len(asked)
        asked += map(self._draw_question, self._rng.choices(self._outside, k=recipe.outside))
        clauses = [self._rng.choice(self._clauses[topic]) for topic in topics]
        near = [
            self._rng.choice(self._near_misses[topic])
            for topic in topics
            if topic in self._near_misses and self._rng.random() < recipe.near
        ]
        policy = self._rng.choice(self._policies)
        passages = self._rng.sample(policy, min(recipe.passages, len(policy)))
        grades = [
            *({clause.topics[0]: 2} for clause in clauses),
            *(passage.grades for passage in passages),
            *({} for _ in near),
        ]
        with_titles = self._rng.random() < WITH_TITLES
        return Batch(
            questions=[self._noise.type_again(question) for question in asked],
            texts=[
                *(clause.text for clause in clauses),
                *(passage.full if with_titles else passage.introduced for passage in passages),
                *(miss.text for miss in near),
            ],
            question_topics=_spread(map(_weigh_topics, asked)),
            text_topics=_spread(map(_weigh_grades, grades)),
            answers=_answers(asked[:n_inside], grades),
        )

    def _draw_topics(self) -> list[str]:
        """Return different topics; every one comes before any comes again."""
        drawn: dict[str, None] = {}
        while len(drawn) < min(self._recipe.topics, len(self._inside)):
            if not self._topics_left:
                self._topics_left = self._rng.sample(self._inside, len(self._inside))
            drawn.setdefault(self._topics_left.pop())
        return list(drawn)

    def _draw_question(self, topic: str) -> Example:
        if not self._left[topic]:
            questions = self._questions[topic]
            self._left[topic] = self._rng.sample(questions, len(questions))
        return self._left[topic].pop()


def _by_topic(examples: Sequence[Example]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for example in examples:
        found.setdefault(example.topics[0], []).append(example)
    return found


def _weigh_topics(question: Example) -> dict[str, float]:
    first, *others = question.topics
    return {first: 1.0} | dict.fromkeys(others, SHARE_OF_OTHER_TOPICS)


def _weigh_grades(grades: dict[str, int]) -> dict[str, float]:
    return {
        topic: 1.0 if grade > 1 else SHARE_OF_SUPPORT_AS_EXAMPLE for topic, grade in grades.items()
    }


def _spread(weighed: Iterable[dict[str, float]]) -> torch.Tensor:
    """Return a row of sum 1 for each text with topics, of 0 for each without."""
    number = {topic.id: i for i, topic in enumerate(read_topics())}
    rows = []
    for weights in weighed:
        row = torch.zeros(len(number))
        for topic, weight in weights.items():
            row[number[topic]] = weight
        rows.append(row / row.sum().clamp(min=1e-6))
    return torch.stack(rows)


def _answers(asked: Sequence[Example], grades: Sequence[dict[str, int]]) -> torch.Tensor:
    """Return how much each text answers each question, by their best topic in common."""
    worth = {0: 0.0, 1: SHARE_OF_SUPPORT_AS_ANSWER, 2: 1.0}
    return torch.tensor([
        [worth[max(graded.get(topic, 0) for topic in question.topics)] for graded in grades]
        for question in asked
    ])  # fmt: skip
