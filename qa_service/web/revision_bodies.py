"""The JSON about a policy's revisions: which are kept, and the sections of one as they stood."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from qa_service.history import Edition
from qa_service.index import PolicyIndex
from qa_service.revisions import (
    Revision,
    find_revision,
    find_revision_on,
    find_section,
    read_day,
)
from qa_service.sections import Section
from qa_service.sources import hash_span
from qa_service.web.bodies import (
    Addresses,
    PolicyBody,
    SectionBody,
    SectionsBody,
    SectionTextBody,
    policy_body,
)


def _read_day(typed: str) -> dt.date:
    try:
        return read_day(typed)
    except ValueError:
        raise PydanticCustomError("no_date_as_YYYY-MM-DD", "not a date as YYYY-MM-DD") from None


class RevisionQuery(BaseModel):
    """Which revision is meant: of a day, or with a hash; the present one where neither is given."""

    model_config = ConfigDict(frozen=True)

    on: Annotated[dt.date, BeforeValidator(_read_day)] | None = Field(
        None, description="the newest revision whose date is this day (YYYY-MM-DD) or before"
    )
    revision: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = Field(
        None, description="the revision with this SHA-256; not together with `on`"
    )

    @field_validator("revision")
    @classmethod
    def _check_alone(cls, revision: str | None, info: ValidationInfo) -> str | None:
        if revision is not None and info.data.get("on") is not None:
            raise PydanticCustomError("not_together_with_on", "not together with `on`")
        return revision


class KeptRevisionBody(BaseModel):
    """A revision; `date` is what the policy says of itself, `changed` null for the oldest kept.

    `changed` has ids of sections that were changed, added or removed since the revision before.
    """

    model_config = ConfigDict(frozen=True)

    sha256: str
    date: str | None
    title: str
    current: bool
    n_sections: int
    changed: list[str] | None


class RevisionsBody(BaseModel):
    """A policy's kept revisions, the present one first, then back in time."""

    model_config = ConfigDict(frozen=True)

    policy: PolicyBody
    revisions: list[KeptRevisionBody]


def choose_revision(policy: PolicyIndex, wanted: RevisionQuery) -> Revision:
    """Return the revision that is meant.

    Raises:
        UnknownRevision: it is not kept.
    """
    if wanted.on is not None:
        return find_revision_on(policy.revisions, wanted.on)
    if wanted.revision is not None:
        return find_revision(policy.revisions, wanted.revision)
    return policy.revision


def revisions_body(policy: PolicyIndex) -> RevisionsBody:
    """Return a policy's kept revisions as they go out."""
    present = policy.source.sha256
    return RevisionsBody(
        policy=policy_body(policy.source),
        revisions=[_kept_body(edition, present) for edition in policy.history],
    )


def sections_body(addresses: Addresses, policy: PolicyIndex, revision: Revision) -> SectionsBody:
    """Return the sections of one of the policy's revisions as they go out."""
    sections = [_section_body(addresses, policy, section) for section in revision.sections]
    return SectionsBody(policy=policy_body(revision.source), sections=sections)


def section_text_body(
    addresses: Addresses, policy: PolicyIndex, revision: Revision, section_id: str
) -> SectionTextBody:
    """Return a section of one of the policy's revisions as it goes out.

    Raises:
        UnknownSection: the revision has none of this id.
    """
    section = find_section(revision, section_id)
    text = revision.source.text[section.start : section.end]
    return SectionTextBody(
        policy=policy_body(revision.source),
        section=_section_body(addresses, policy, section),
        text=text,
        start=section.start,
        end=section.end,
        sha256=hash_span(text),
    )


def _kept_body(edition: Edition, present: str) -> KeptRevisionBody:
    revision, changed = edition.revision, edition.changed
    return KeptRevisionBody(
        sha256=revision.source.sha256,
        date=revision.date,
        title=revision.source.title,
        current=revision.source.sha256 == present,
        n_sections=len(revision.sections),
        changed=None if changed is None else list(changed),
    )


def _section_body(addresses: Addresses, policy: PolicyIndex, section: Section) -> SectionBody:
    """Return a section whose address leads to a heading only where the page has it today.

    The page shows the present text: there is no page of the past that an address could lead to.
    """
    body = addresses.section(policy.source.policy_id, section)
    if any(present.anchor == section.anchor for present in policy.sections):
        return body
    return body.model_copy(update={"url": addresses.page(policy.source.policy_id)})
