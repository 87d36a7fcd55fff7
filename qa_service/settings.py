"""Reads the settings once: environment variables with the prefix `QA_`, else defaults.

Does not open anything; `open_service` does.
"""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa_service.errors import BadSettings

SHIPPED_MODEL = Path(__file__).parent / "models" / "policy-e5-ja-en"
SHIPPED_READER = Path(__file__).parent / "models" / "topic-reader"


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
    policy_url: str = Field(
        "/policies/{id}", description="address of a policy's page; {id} is the policy's id"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    # The model lets go of the interpreter while it multiplies: docs/performance.md.
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=64,
        description="questions answered at the same time",
    )


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
