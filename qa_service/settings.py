"""Reads the settings once: environment variables with the prefix `QA_`, else defaults.

Does not open anything; `open_service` does.
"""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from qa_service.errors import BadSettings

SHIPPED_MODEL = Path(__file__).parent / "models" / "policy-e5-ja-en"
SHIPPED_READER = Path(__file__).parent / "models" / "topic-reader"

MIN_KEY_CHARS = 16
# Years of a policy that changes a few times a year; a build takes less than a megabyte a policy.
KEPT_REVISIONS = 20
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


class Settings(BaseSettings):
    """All settings; each is the environment variable of its name in capitals after `QA_`."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="forbid")

    sources: Path = Field(Path("policy_sources"), description="folder of policy files")
    index: Path = Field(Path("index"), description="folder of the index")
    model: str = Field(
        str(SHIPPED_MODEL), description="model folder or name for sentence-transformers"
    )
    reader: Path = Field(SHIPPED_READER, description="folder of topic router and calibration")
    query_prompt: str | None = Field(None, description="text put before questions when embedding")
    passage_prompt: str | None = Field(None, description="text put before passages when embedding")
    policy: str | None = Field(None, description="policy asked when a question names none")
    revisions: int = Field(
        KEPT_REVISIONS, ge=1, le=1000, description="revisions of the policies that the index keeps"
    )
    policy_url: str = Field(
        "/policies/{id}", description="address of a policy's page; {id} is the policy's id"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    sites: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins, with commas, whose pages may ask and show /embed in a frame"
    )
    api_key: SecretStr | None = Field(
        None, description="key for console and search; without it they answer on this machine only"
    )
    feedback: bool = Field(False, description="count thumbs up and down of visitors by section")
    # The model lets go of the interpreter while it multiplies: docs/performance.md.
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=64,
        description="questions answered at the same time",
    )

    @field_validator("sites", mode="before")
    @classmethod
    def _split_sites(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("sites")
    @classmethod
    def _check_sites(cls, sites: tuple[str, ...]) -> tuple[str, ...]:
        for site in sites:
            if not _ORIGIN.fullmatch(site):
                raise ValueError(f"{site} is not an origin such as https://www.example.jp")
        return sites

    @field_validator("api_key")
    @classmethod
    def _check_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < MIN_KEY_CHARS:
            raise ValueError(f"the key has fewer than {MIN_KEY_CHARS} characters")
        return key


def read_settings(**overrides: object) -> Settings:
    """Return the settings of the environment, with overrides that are not None on top.

    Raises:
        BadSettings: a value is missing or out of range; names the variable.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as exc:
        first = exc.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        raise BadSettings(f"QA_{name}: {first['msg']}") from exc
