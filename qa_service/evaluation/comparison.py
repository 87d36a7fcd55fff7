"""Turns two versions of the policies into a Comparison that can be asked.

Both are indexed in memory with one reader; no index is written or replaced.
"""

from dataclasses import dataclass
from functools import cache

from qa_service.errors import BadSource
from qa_service.evaluation.drift import Drift, find_drift
from qa_service.evaluation.probes import Probe
from qa_service.evaluation.successors import Successors
from qa_service.evaluation.versions import Version
from qa_service.reader import Reader
from qa_service.service import Service, index_folder


@dataclass(frozen=True, slots=True)
class Side:
    """A version that can be asked."""

    version: Version
    service: Service


def open_side(version: Version, reader: Reader) -> Side:
    """Return a version with its policies indexed.

    Raises:
        BadSource: a policy or a review cannot be used; named as the person knows it.
    """
    try:
        index = index_folder(version.folder, reader)
    except BadSource as exc:
        raise BadSource(version.shown_path(exc.path), exc.line, exc.reason) from exc
    return Side(version, Service(index, reader, None))


class Comparison:
    """Asks both sides the same; a question that names no policy goes to `default`, if it is set.

    Else it goes to the first policy that both sides have, or to the only one of each.
    """

    def __init__(self, old: Side, new: Side, default: str | None) -> None:
        self.old = old
        self.new = new
        self._default = _default_ids(old.service, new.service, default)

        @cache
        def successors(old_id: str, new_id: str) -> Successors:
            before, after = old.service.policy(old_id), new.service.policy(new_id)
            return Successors(before, after, old.service.reader.tokenizer)

        self._successors = successors

    def can_ask(self, probe: Probe) -> bool:
        """Tell whether both sides have the policy that a question is about."""
        return self._policy_ids(probe) is not None

    def ask(self, probe: Probe) -> Drift:
        """Return what becomes of the answer to a question that `can_ask` admits.

        Raises:
            ValueError: it does not admit it.
        """
        ids = self._policy_ids(probe)
        if ids is None:
            raise ValueError(f"no policy of both sides answers {probe.id}")
        before = self.old.service.ask(probe.question, policy_id=ids[0])
        after = self.new.service.ask(probe.question, policy_id=ids[1])
        return find_drift(probe, before, after, self._successors(*ids))

    def _policy_ids(self, probe: Probe) -> tuple[str, str] | None:
        if probe.policy is None:
            return self._default
        sides = (self.old, self.new)
        is_shared = all(probe.policy in side.service.index.policies for side in sides)
        return (probe.policy, probe.policy) if is_shared else None


def _default_ids(old: Service, new: Service, default: str | None) -> tuple[str, str] | None:
    before, after = list(old.index.policies), list(new.index.policies)
    shared = [name for name in before if name in after]
    wanted = default or next(iter(shared), None)
    if wanted in shared:
        return wanted, wanted
    is_single = len(before) == len(after) == 1 and default is None
    return (before[0], after[0]) if is_single else None
