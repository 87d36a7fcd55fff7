"""Every error that a caller can do something about.

QaError
├── fix the question ......... BadQuestion
├── ask for what exists ...... UnknownPolicy, UnknownSection, UnknownRevision
├── fix a policy file ........ BadSource
├── rebuild the index ........ BadIndex
├── fix the settings ......... BadModel, BadSettings
├── fix an evaluation file ... BadEvaluation
└── name what is there ....... BadVersion

Each carries its values as attributes and says in one sentence what failed and what repairs it.
"Nothing found" is no error: it is an answer with another status.
"""

from pathlib import Path


class QaError(Exception):
    """The root; its text is one sentence that may be shown to the person who caused it."""


class BadQuestion(QaError):
    """A question that cannot be asked: blank, too long or not text."""


class UnknownPolicy(QaError):
    """A policy id that the index does not hold."""

    def __init__(self, policy_id: str, known: tuple[str, ...]) -> None:
        self.policy_id = policy_id
        self.known = known
        super().__init__(f"There is no policy of this id; known: {', '.join(known) or 'none'}.")


class UnknownSection(QaError):
    """A section id that the policy does not have."""

    def __init__(self, policy_id: str, section_id: str) -> None:
        self.policy_id = policy_id
        self.section_id = section_id
        super().__init__(f"Policy {policy_id} has no section of this id.")


class UnknownRevision(QaError):
    """A revision of a policy that is not kept: none is old enough, or none has this hash."""

    def __init__(self, policy_id: str, wanted: str) -> None:
        self.policy_id = policy_id
        self.wanted = wanted
        super().__init__(f"No revision of policy {policy_id} {wanted} is kept.")


class BadSource(QaError):
    """A policy file that cannot be served, with the line (from 1) that is to be mended."""

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        self.path = Path(path)
        self.line = line
        self.reason = reason
        super().__init__(f"{path}:{line}: {reason}")


class BadIndex(QaError):
    """An index that is missing, damaged, or made from another model or version."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}. Build it again: policy-qa index")


class BadModel(QaError):
    """A model that cannot be loaded."""

    def __init__(self, model: str, reason: str) -> None:
        self.model = model
        self.reason = reason
        super().__init__(f"Model {model!r} cannot be loaded: {reason}. Set QA_MODEL.")


class BadSettings(QaError):
    """A setting that is missing or out of range."""


class BadEvaluation(QaError):
    """An evaluation file whose line (from 1) cannot be used."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}:{line}: {reason}")


class BadVersion(QaError):
    """What was typed for a version of the policies and names none."""

    def __init__(self, typed: str, reason: str) -> None:
        self.typed = typed
        self.reason = reason
        super().__init__(f"{typed or 'an empty name'}: {reason}")
