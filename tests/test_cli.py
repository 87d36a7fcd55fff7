"""The command line as people and programs use it: exit codes, one line a mistake, no traceback."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from qa_service.cli.program import main
from qa_service.messages import TRANSLATION_LABEL
from qa_service.service import build_index
from qa_service.settings import Settings, read_settings

GOOD = "## 1. 目的\n\n個人情報を利用します。\n"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(settings, monkeypatch, capfdbinary) -> Run:
    """Run the program in this process, over the tests' index unless told otherwise."""
    monkeypatch.setenv("QA_SOURCES", str(settings.sources))
    monkeypatch.setenv("QA_INDEX", str(settings.index))

    def run_main(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["policy-qa", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfdbinary.readouterr()
        code = ended.value.code
        return Done(
            code if isinstance(code, int) else 0, printed.out.decode(), printed.err.decode()
        )

    return run_main


@pytest.fixture
def copied_index(settings, tmp_path) -> Path:
    """An index of our own to damage."""
    return Path(shutil.copytree(settings.index, tmp_path / "index"))


def build_of(index: Path) -> Path:
    return index / (index / "current").read_text("ascii").strip()


def file_of(build: Path, name: str) -> Path:
    return next(build.rglob(name))


def assert_mistake(done: Done, *words: str) -> None:
    """A user's mistake: exit code 2 and one line that names what to mend."""
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"error: .+\n", done.err), done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


def test_index_tells_what_it_built_and_building_again_gives_the_same(run, tmp_path, service):
    index = tmp_path / "index"
    first = run("--index", index, "index")
    assert (first.code, first.err) == (0, "")
    n_passages = len(service.policy().passages)
    digest = build_of(index).name
    assert first.out == f"privacy-policy: {n_passages} passages\nindex {digest}\n"
    second = json.loads(run("--index", index, "index", "--json").out)
    assert second == {"index": digest, "passages": {"privacy-policy": n_passages}}


def test_ask_prints_message_and_sections_for_people(run):
    done = run("ask", "個人情報を誰と共有しますか")
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    assert done.out.splitlines()[0].endswith("。")


def test_ask_json_is_the_answer_of_the_service(run, service):
    done = run("ask", "Do you share my data?", "--json")
    answer = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert answer["status"] == service.ask("Do you share my data?").status
    assert answer["policy"]["sha256"] == service.policy().source.sha256


def test_ask_answers_a_thousand_lines_in_order_and_bad_ones_in_their_place(run):
    asked = [{"id": f"q{i}", "question": f"個人情報{i}", "lang": "en"} for i in range(1000)]
    lines = [json.dumps(one, ensure_ascii=False).encode() for one in asked]
    bad = {
        10: b"",
        20: b"\xff\xfe",
        30: b"{",
        40: b"x" * 300_000,
        50: b'{"id":"q50"}',
        60: b'{"id":"q60","question":"x","lang":"fr"}',
        70: b'{"id":"q70","question":" "}',
    }
    for place, line in bad.items():
        lines[place] = line
    done = run("ask", "--jsonl", stdin=b"\n".join(lines))
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err, len(answers)) == (0, "", 1000)
    no_id = {10, 20, 30, 40}
    assert [one["id"] for one in answers] == [
        None if i in no_id else f"q{i}" for i in range(len(asked))
    ]
    assert {i for i, one in enumerate(answers) if "error" in one} == set(bad)
    assert all(answers[i]["error"]["line"] == i + 1 for i in bad)
    assert {one["lang"] for one in answers if "error" not in one} == {"en"}


def test_ask_of_no_lines_prints_nothing(run):
    assert run("ask", "--jsonl") == Done(0, "", "")


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "x", "--jsonl"]])
def test_ask_takes_either_a_question_or_lines(run, arguments):
    assert_mistake(run(*arguments), "either a question or --jsonl")


@pytest.mark.parametrize("question", ["", " \u3000", "\u200b", "あ" * 501, "\udcff"])
def test_a_question_that_cannot_be_asked_is_a_mistake(run, question):
    assert_mistake(run("ask", question), "question")


def test_an_unknown_policy_is_told_the_known_ones(run):
    assert_mistake(run("ask", "個人情報", "--policy", "nosuch"), "known: privacy-policy")
    citation = (0, 1, "0" * 64)
    assert_mistake(run("verify", *citation, "--policy", "nosuch"), "known: privacy-policy")


def test_verify_tells_the_policys_words_from_others(run, service):
    digest = sha256(service.policy().source.text[300:340].encode()).hexdigest()
    assert run("verify", 300, 340, digest) == Done(0, "the policy holds exactly these words\n", "")
    assert run("verify", 301, 340, digest).code == 1
    assert run("verify", 340, 300, digest).code == 1
    assert run("verify", 0, 10**9, digest).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["ask", "x", "--nosuch"],
        ["verify", "0", "x", "0"],
        ["verify", "0"],
        ["index", "x"],
    ],
)
def test_wrong_use_is_told_with_the_usage(run, arguments):
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: policy-qa")
    assert "Traceback" not in done.err


def write(folder: Path, text: bytes | str, name: str = "policy.ja.md") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file is empty"),
        (" \n\u3000\n", 1, "the file is empty"),
        (b"# \x82\xa0", 1, "not UTF-8"),
        ("+++\ntitle = \n+++\n" + GOOD, 2, "not TOML"),
        ("---\na: [\n---\n" + GOOD, 2, "not YAML"),
        ("---\na: !!python/object:os.system {}\n---\n" + GOOD, 2, "not YAML"),
        ("+++\ntitle = 'x'\n" + GOOD, 1, "not closed"),
        ("# 見出しだけ\n", 1, "no sentence"),
        ("+++\ndraft = true\n+++\n" + GOOD, 1, "draft"),
    ],
)
def test_a_policy_that_cannot_be_served_is_named_with_its_line(run, tmp_path, text, line, reason):
    folder = write(tmp_path / "sources", text)
    done = run("--sources", folder, "--index", tmp_path / "index", "index")
    assert_mistake(done, f"policy.ja.md:{line}: ", reason)
    assert not (tmp_path / "index" / "current").exists()


def test_a_folder_without_policies_is_a_mistake(run, tmp_path):
    index = tmp_path / "index"
    assert_mistake(run("--sources", tmp_path / "no", "--index", index, "index"), "--sources")
    assert_mistake(run("--sources", tmp_path, "--index", index, "index"), "holds no policy")
    assert_mistake(run("check", tmp_path / "no"), str(tmp_path / "no"))


GAP = GOOD + "\n## 3. 窓口\n\n受け付けます。\n"
MISSING = "2 is missing in front of 3"


def test_check_prints_the_files_their_counts_and_no_finding_for_a_good_folder(run, tmp_path):
    done = run("check", write(tmp_path / "sources", GOOD))
    assert (done.code, done.err) == (0, "")
    header, row, summary = done.out.splitlines()
    assert header.split() == ["file", "sections", "passages", "lost", "letters"]
    assert row.split()[1:] == ["1", "1", "0"]
    assert summary == "1 files, 1 passages, 0 lost letters, 0 errors, 0 warnings"


def test_check_prints_warnings_that_fail_only_when_strict(run, tmp_path):
    folder = write(tmp_path / "sources", GAP)
    done = run("check", folder)
    assert (done.code, run("check", "--strict", folder).code) == (0, 1)
    path = folder / "policy.ja.md"
    assert done.out.splitlines()[-1] == f"{path}:5: warning: {MISSING} [missing-number]"


def test_check_fails_on_an_error_and_still_lints_the_other_files(run, tmp_path):
    folder = write(write(tmp_path / "sources", GAP), b"\xff", "broken.md")
    done = run("check", folder)
    assert done.code == 1
    error = f"{folder / 'broken.md'}:1: error: the file is not UTF-8; save it as UTF-8 [not-served]"
    warning = f"{folder / 'policy.ja.md'}:5: warning: {MISSING} [missing-number]"
    assert done.out.splitlines()[-2:] == [error, warning]


@pytest.mark.parametrize("arguments", [["--json"], ["--format", "json"]])
def test_check_json_has_files_stale_reviews_and_findings(run, tmp_path, arguments):
    folder = write(tmp_path / "sources", GAP)
    (folder / "policy.topics.toml").write_text("[[", encoding="utf-8")
    done = run("check", folder, *arguments)
    body, path = json.loads(done.out), str(folder / "policy.ja.md")
    assert (done.code, done.err) == (1, "")
    counts = {"n_sections": 2, "n_passages": 2, "n_lost_letters": 0}
    assert body["files"] == [{"path": path, **counts, "error": None}]
    review, warning = body["findings"]
    assert (review["severity"], review["rule"]) == ("error", "broken-review")
    assert body["stale"] == [f"{review['path']}:{review['line']}: {review['message']}"]
    expected = {"severity": "warning", "rule": "missing-number", "message": MISSING}
    assert warning == {"path": path, "line": 5, **expected}


def test_check_annotates_for_github_with_paths_below_the_working_folder(run, tmp_path, monkeypatch):
    write(tmp_path / "legal", GAP)
    monkeypatch.chdir(tmp_path)
    done = run("check", "--strict", "--format", "github", "legal")
    assert done.code == 1
    annotation = f"::warning file=legal/policy.ja.md,line=5,title=missing-number::{MISSING}"
    summary = "1 files, 2 passages, 0 lost letters, 0 errors, 1 warnings"
    assert done.out.splitlines() == [annotation, summary]


def test_the_old_index_still_answers_after_a_failed_build(run, copied_index, tmp_path):
    before = build_of(copied_index)
    broken = write(tmp_path / "sources", "+++\ntitle = \n+++\n")
    assert run("--sources", broken, "--index", copied_index, "index").code == 2
    assert build_of(copied_index) == before
    assert run("--index", copied_index, "ask", "個人情報").code == 0


def truncate(build: Path) -> None:
    path = file_of(build, "dense.faiss")
    path.write_bytes(path.read_bytes()[:-100])


def flip_a_bit(build: Path) -> None:
    path = file_of(build, "dense.faiss")
    data = bytearray(path.read_bytes())
    data[-7] ^= 1
    path.write_bytes(data)


def change_the_policy(build: Path) -> None:
    path = file_of(build, "source.md")
    path.write_bytes(path.read_bytes().replace("適切".encode(), "適当".encode()))


def remove_a_file(build: Path) -> None:
    file_of(build, "passages.json").unlink()


def change_the_manifest(build: Path) -> None:
    with (build / "manifest.json").open("a", encoding="utf-8") as manifest:
        manifest.write(" ")


def remove_the_build(build: Path) -> None:
    shutil.rmtree(build)


def break_the_pointer(build: Path) -> None:
    (build.parent / "current").write_bytes(b"\xff\0")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (truncate, "dense.faiss"),
        (flip_a_bit, "dense.faiss"),
        (change_the_policy, "source.md"),
        (remove_a_file, "passages.json"),
        (change_the_manifest, "manifest.json"),
        (remove_the_build, "current"),
        (break_the_pointer, "index"),
    ],
)
def test_a_damaged_index_is_named_with_the_command_that_repairs_it(
    run, copied_index, damage, named
):
    damage(build_of(copied_index))
    repair = "policy-qa index"
    assert_mistake(run("--index", copied_index, "ask", "個人情報"), named, repair)
    assert_mistake(run("--index", copied_index, "serve", "--port", 0), named, repair)
    assert run("--index", copied_index, "index").code == 0
    assert run("--index", copied_index, "ask", "個人情報").code == 0


def test_a_missing_index_says_how_to_build_one(run, tmp_path):
    done = run("--index", tmp_path / "no", "ask", "個人情報")
    assert_mistake(done, "there is no index here", "policy-qa index")


def test_an_index_folder_that_is_a_file_is_a_mistake(run, tmp_path):
    (tmp_path / "file").write_text("x", encoding="ascii")
    assert_mistake(run("--index", tmp_path / "file", "index"), "cannot be written")
    assert_mistake(run("--index", tmp_path / "file", "ask", "x"), "policy-qa index")


def test_an_index_from_another_model_is_refused(run, tiny_model, settings, tmp_path):
    build_index(
        read_settings(sources=settings.sources, index=tmp_path / "index", model=str(tiny_model))
    )
    done = run("--index", tmp_path / "index", "ask", "個人情報")
    assert_mistake(done, f"built with model {tiny_model.name}", "policy-qa index")


@pytest.mark.parametrize(
    ("name", "value"),
    [("QA_PORT", "abc"), ("QA_PORT", "70000"), ("QA_PORT", ""), ("QA_THREADS", "0")],
)
def test_a_setting_out_of_range_is_named(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert_mistake(run("ask", "個人情報"), f"{name}: ")


def test_a_model_folder_without_model_is_named(run, monkeypatch, tmp_path):
    monkeypatch.setenv("QA_MODEL", str(tmp_path))
    assert_mistake(run("ask", "個人情報"), str(tmp_path), "QA_MODEL")


def test_a_taken_port_is_named(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_mistake(run("serve", "--port", port), f"port {port}", "QA_PORT")
    assert_mistake(run("serve", "--host", "256.0.0.1"), "256.0.0.1", "QA_HOST")


def start(settings: Settings, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "qa_service", "--index", str(settings.index), *arguments],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env={**os.environ, **environment},
    )


def test_each_line_is_answered_at_once_in_utf8_and_a_closed_pipe_is_no_traceback(settings):
    # A terminal that says it is ASCII gets Japanese all the same.
    process = start(settings, "ask", "--jsonl", PYTHONIOENCODING="ascii")
    assert process.stdin
    assert process.stdout
    for line_id in range(2):
        process.stdin.write(b'{"id":%d,"question":"x","lang":"ja"}\n' % line_id)
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert (answer["id"], answer["lang"]) == (line_id, "ja")
    process.stdout.close()
    process.stdin.write(b'{"question":"x"}\n')
    _, err = process.communicate(timeout=60)
    assert b"Traceback" not in err


@pytest.mark.parametrize(("no_color", "is_colored"), [("1", False), ("", True)])
def test_no_color_is_respected(settings, no_color, is_colored):
    process = start(settings, "check", "nosuch", NO_COLOR=no_color, FORCE_COLOR="1", TERM="xterm")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert (b"\x1b[" in err) == is_colored


def test_an_english_answer_shows_the_labelled_translation_under_its_excerpt(run):
    done = run("ask", "Do you use cookies?")
    lines = [line.strip() for line in done.out.splitlines()]
    label = lines.index(TRANSLATION_LABEL)
    assert lines[label - 1].startswith("SmartWebでは、")
    assert lines[label + 1].startswith("SmartWeb may use technologies such as cookies")
    assert TRANSLATION_LABEL not in run("ask", "クッキーを使いますか").out
    answer = json.loads(run("ask", "Do you use cookies?", "--json").out)
    assert answer["excerpts"][0]["translation"]["text"] == lines[label + 1]


@pytest.fixture
def copied_sources(settings, tmp_path) -> Path:
    """The policy with its translation, section 4 of which is stale."""
    folder = Path(shutil.copytree(settings.sources, tmp_path / "sources"))
    path = folder / "privacy-policy.ja.md"
    path.write_text(path.read_text("utf-8").replace("スロバキア", "チェコ"), encoding="utf-8")
    (folder / "privacy-policy.topics.toml").unlink()
    return folder


def test_check_names_a_stale_section_until_it_is_accepted(run, copied_sources):
    path = copied_sources / "privacy-policy.en.md"
    line = path.read_text("utf-8").split('"4" = ')[0].count("\n") + 1
    found = run("check", copied_sources)
    assert found.code == 1
    assert f"{path}:{line}: error: section 4 of the translation is stale: " in found.out
    (stale,) = json.loads(run("check", copied_sources, "--json").out)["stale"]
    assert stale.split(": ", 1)[1] in found.out
    assert run("--sources", copied_sources, "translations", "--accept", "4").code == 0
    assert run("check", copied_sources).code == 0


def test_translations_tells_how_each_section_stands(run, copied_sources):
    done = run("--sources", copied_sources, "translations")
    assert (done.code, done.err) == (0, "")
    states = [line.split()[-1] for line in done.out.splitlines()[1:13]]
    assert states == ["current"] * 4 + ["stale"] + ["current"] * 7
    rows = json.loads(run("--sources", copied_sources, "translations", "--json").out)
    assert [row["state"] for row in rows] == states
    assert {"section_id": "3", "title": "個人情報の利用目的", "reason": ""}.items() <= rows[
        3
    ].items()


def test_more_than_one_section_can_be_accepted_at_once(run, copied_sources):
    path = copied_sources / "privacy-policy.ja.md"
    path.write_text(path.read_text("utf-8").replace("11F", "12F"), encoding="utf-8")
    arguments = ("translations", "--accept", "4", "--accept", "10", "--json")
    rows = json.loads(run("--sources", copied_sources, *arguments).out)
    assert {row["state"] for row in rows} == {"current"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--accept", "99"), "no section of this id"),
        (("--policy", "other"), "no translation other.en.md"),
    ],
)
def test_what_cannot_be_accepted_is_a_mistake(run, copied_sources, arguments, named):
    before = (copied_sources / "privacy-policy.en.md").read_bytes()
    assert_mistake(run("--sources", copied_sources, "translations", *arguments), named)
    assert (copied_sources / "privacy-policy.en.md").read_bytes() == before
