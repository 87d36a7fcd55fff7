"""The built widget, as it lies in the package: what it weighs, holds and was made from."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parent.parent / "qa_service" / "web"
WIDGET, STATIC = WEB / "widget", WEB / "static"
BUNDLES = ("policy-qa.js", "policy-qa.mjs")
RECORD = json.loads((STATIC / "policy-qa.json").read_text(encoding="utf-8"))
MAX_GZIP_BYTES = 15 * 1024


def bundle(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_has_at_most_15_kilobytes_gzipped(name):
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= MAX_GZIP_BYTES


def test_the_bundles_were_made_from_these_sources():
    sources = [WIDGET / name for name in ("build.mjs", "package-lock.json", "package.json")]
    sources += sorted((WIDGET / "src").iterdir())
    digest = hashlib.sha256()
    for path in sources:
        name = path.relative_to(WIDGET).as_posix()
        digest.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    assert digest.hexdigest() == RECORD["sources"], "run make web"


@pytest.mark.parametrize("name", BUNDLES)
def test_the_recorded_integrity_is_that_of_the_bundle(name):
    digest = hashlib.sha256((STATIC / name).read_bytes()).digest()
    assert RECORD["integrity"][name] == "sha256-" + base64.b64encode(digest).decode()


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_stores_nothing_and_knows_no_address(name):
    text = bundle(name)
    forbidden = ("document.cookie", "localStorage", "sessionStorage", "indexedDB", "eval(")
    assert [word for word in forbidden if word in text] == []
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == []


@pytest.mark.parametrize("name", BUNDLES)
def test_only_lits_own_templates_are_read_as_html(name):
    assert bundle(name).count("innerHTML") == 1
    assert re.search(r'createElement\("template"\);return \w+\.innerHTML=', bundle(name))


@pytest.mark.parametrize("path", sorted((WIDGET / "src").iterdir()), ids=lambda path: path.name)
def test_no_source_turns_text_into_html(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall("innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG", text) == []


def test_npm_needs_only_its_own_registry_and_exact_versions():
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    addresses = [entry.get("resolved", "") for entry in lock["packages"].values()]
    assert [one for one in addresses if one and "//registry.npmjs.org/" not in one] == []
    asked = lock["packages"][""]["devDependencies"]
    assert asked == {"axe-core": "4.14.1", "esbuild": "0.28.2", "lit": "3.3.3"}
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


def test_both_languages_have_the_same_strings():
    text = (WIDGET / "src" / "strings.js").read_text(encoding="utf-8")
    japanese, english = text.split("const EN")
    keys = [re.findall(r"^ +(\w+):", part, re.MULTILINE) for part in (japanese, english)]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 30


def test_lits_license_goes_with_it():
    assert "Lit" in bundle("policy-qa.js")[:100]
    terms = (STATIC / "policy-qa.licenses.txt").read_text(encoding="utf-8")
    assert "BSD 3-Clause License" in terms
    assert "Google LLC" in terms
