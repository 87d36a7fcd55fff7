import os

import pytest
from pydantic import ValidationError

from qa_service.errors import BadSettings
from qa_service.settings import SHIPPED_MODEL, SHIPPED_READER, read_settings


def test_defaults_are_those_of_a_fresh_clone(monkeypatch):
    monkeypatch.delenv("QA_INDEX", raising=False)
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert str(settings.index) == "index"
    assert settings.model == str(SHIPPED_MODEL)
    assert settings.reader == SHIPPED_READER
    assert settings.threads == os.cpu_count()


def test_the_environment_is_read_and_an_option_beats_it(monkeypatch):
    monkeypatch.setenv("QA_PORT", "9000")
    assert read_settings().port == 9000
    assert read_settings(port=9001).port == 9001
    assert read_settings(port=None).port == 9000


@pytest.mark.parametrize(("name", "value"), [("QA_PORT", "abc"), ("QA_THREADS", "0")])
def test_a_bad_value_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=f"^{name}: "):
        read_settings()


def test_sites_are_separated_by_commas_or_blanks():
    chosen = read_settings(sites="https://www.example.jp, http://localhost:3000")
    assert chosen.sites == ("https://www.example.jp", "http://localhost:3000")


def test_a_key_is_not_shown():
    chosen = read_settings(api_key="correct horse battery")
    assert "correct" not in repr(chosen)
    assert chosen.api_key and chosen.api_key.get_secret_value() == "correct horse battery"


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        read_settings().port = 1
