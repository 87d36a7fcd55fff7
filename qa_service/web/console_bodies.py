"""The JSON between the console's page and the server. Does not know how it is made."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_service.web.bodies import (
    MAX_SEARCH_HITS,
    ExcerptBody,
    PolicyBody,
    SectionBody,
    Text,
    TopicBody,
)

PolicyId = Annotated[str, Field(max_length=100)]
Offset = Annotated[int, Field(ge=0, le=2**31)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]
Language = Literal["ja", "en"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LookupBody(_Body):
    """What an agent looks up: words, a question or a clause number.

    `policy` and `lang` (of the policy) narrow it down; `ui` is the language of topic labels.
    """

    query: Text
    policy: PolicyId | None = None
    lang: Language | None = None
    k: Annotated[int, Field(ge=1, le=MAX_SEARCH_HITS, strict=True)] = 20
    ui: Language = "ja"


class ClauseQuery(_Body):
    """A cited span in an address; with `sha256` it is followed where the policy has changed."""

    policy: PolicyId | None = None
    start: Offset
    end: Offset
    sha256: Hash | None = None
    ui: Language = "ja"


class MatchBody(_Body):
    """One passage; `score` is null in the clause whose number was typed."""

    policy: PolicyBody
    excerpt: ExcerptBody
    topic: TopicBody | None
    score: float | None


class MatchesBody(_Body):
    """What was looked up, best first, behind the clauses of a number."""

    hits: list[MatchBody]


class ElementBody(_Body):
    """A heading or passage of a clause in order; elements of one `block` run on in one paragraph.

    `kind` is `heading` or the passage's; `marker` is an ordered item's number, `depth` how deep in
    lists or headings it stands, `line` the line of the policy's file, from 1.
    """

    kind: str
    text: str
    marker: str
    depth: int
    block: int
    line: int
    start: int
    end: int
    hit: bool


class CitationsBody(_Body):
    """The same citation for three kinds of editors."""

    plain: str
    markdown: str
    html: str


class RevisionBody(_Body):
    """Which revision of a policy; `title` is that of the clause in it, None where it has none."""

    date: str | None
    sha256: str
    title: str | None


class SegmentBody(_Body):
    """Words in a row that stand in both revisions, or in one only."""

    kind: Literal["same", "removed", "added"]
    text: str


class ChangeBody(_Body):
    """What changed in a clause since `revision`; without changes all segments are the same."""

    revision: RevisionBody
    changed: bool
    segments: list[SegmentBody]


class NeighbourBody(_Body):
    """The clause before or after."""

    title: str
    start: int
    end: int


class ClauseBody(_Body):
    """A clause around an excerpt, with its citations and what changed in it.

    `state` is `present`, or `moved` where the cited words stand elsewhere now, `changed` where they
    are others, and `gone` where the clause itself is not there any more. `cited` is the earlier
    revision that the cited words stood in, None where it is not known or they stand today.
    """

    policy: PolicyBody
    section: SectionBody
    state: Literal["present", "moved", "changed", "gone"]
    cited: RevisionBody | None
    excerpt: ExcerptBody
    elements: list[ElementBody]
    citations: CitationsBody
    url: str
    permalink: str
    change: ChangeBody | None
    previous: NeighbourBody | None
    next: NeighbourBody | None
