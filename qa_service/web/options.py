"""What the operator chose about the HTTP side, taken from the settings once."""

from dataclasses import dataclass
from typing import Self

from qa_service.settings import Settings


@dataclass(frozen=True, slots=True)
class WebOptions:
    """`sites` are the origins whose pages may ask; `api_key` None keeps agents' pages local.

    `policy_url` is a template with `{id}`. `threads` is how many requests are worked on at once
    outside of the event loop: more threads than cores only fight for the interpreter
    (docs/performance.md).
    """

    policy_url: str = "/policies/{id}"
    sites: tuple[str, ...] = ()
    api_key: str | None = None
    feedback: bool = False
    threads: int = 1

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the options of the settings."""
        key = settings.api_key.get_secret_value() if settings.api_key else None
        return cls(settings.policy_url, settings.sites, key, settings.feedback, settings.threads)
