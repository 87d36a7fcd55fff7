"""What a translation's front matter binds: read with lines, written without touching the rest."""

from pathlib import Path

import pytest

from qa_service.bindings import Binding, read_bindings, write_bindings
from qa_service.errors import BadSource

A, B, C = "a" * 64, "b" * 64, "c" * 64
TOML = f"""+++
title = "T"   # as printed
# Asked the lawyers.
[translates]
"4" = "{A}"  # read twice
"4.1" = "{B}"
第3条 = "{C}"

[params]
x = 1
+++

## 4. Text

"4" = "not a binding"
""".replace("第3条 =", '"第3条" =')
PATH = Path("p.en.md")


def test_bindings_are_read_with_their_lines():
    bindings = read_bindings(PATH, TOML)
    assert bindings.line == 4
    expected = {"4": Binding(A, 5), "4.1": Binding(B, 6), "第3条": Binding(C, 7)}
    assert bindings.by_section == expected


def test_bindings_in_yaml_are_read_too():
    bindings = read_bindings(PATH, f"---\ntitle: T\ntranslates:\n  4: {A}\n---\n\nText.\n")
    assert (bindings.by_section, bindings.line) == ({"4": Binding(A, 4)}, 3)


@pytest.mark.parametrize("text", ["Text.\n", "+++\ntitle = 'T'\n+++\n\nText.\n"])
def test_a_file_without_bindings_has_none(text):
    assert read_bindings(PATH, text).by_section == {}


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("translates = 3", 3, "must be a table"),
        (f'[translates]\n"1" = "{A}"\n"4" = 3', 5, "the value of 4 is no SHA-256"),
        (f'[translates]\n"1" = "{A[1:]}"', 4, "the value of 1 is no SHA-256"),
        (f'[translates]\n\n4.1 = "{A}"', 5, "the value of 4 is no SHA-256"),
        (f'translates = {{"4" = "{A}", "5" = "x"}}', 3, "the value of 5 is no SHA-256"),
    ],
)
def test_malformed_bindings_are_refused_with_file_and_line(table, line, reason):
    with pytest.raises(BadSource, match=reason) as caught:
        read_bindings(PATH, f'+++\ntitle = "T"\n{table}\n+++\n\nText.\n')
    assert (caught.value.path, caught.value.line) == (PATH, line)


def test_one_line_is_written_and_everything_else_stays(tmp_path):
    path = tmp_path / "p.en.md"
    path.write_bytes(TOML.encode())
    write_bindings(path, {"4": C, "4.1": B, "第3条": C})
    assert path.read_text("utf-8") == TOML.replace(f'"4" = "{A}"', f'"4" = "{C}"')
    assert [one.name for one in tmp_path.iterdir()] == ["p.en.md"]


def test_new_bindings_are_added_and_others_dropped(tmp_path):
    path = tmp_path / "p.en.md"
    path.write_bytes(TOML.encode())
    write_bindings(path, {"4": A, "第3条": C, "history": B})
    expected = TOML.replace(f'"4.1" = "{B}"\n', "").replace(
        f'"第3条" = "{C}"\n', f'"第3条" = "{C}"\n"history" = "{B}"\n'
    )
    assert path.read_text("utf-8") == expected


def test_writing_the_same_bindings_changes_no_byte(tmp_path):
    path = tmp_path / "p.en.md"
    stored = b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode()
    path.write_bytes(stored)
    write_bindings(path, {"4": A, "4.1": B, "第3条": C})
    assert path.read_bytes() == stored


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_that_binds_nothing_gets_a_table(tmp_path, newline):
    path = tmp_path / "p.en.md"
    text = '+++\ntitle = "T"\n+++\n\nText.\n'.replace("\n", newline)
    path.write_bytes(text.encode())
    write_bindings(path, {"4": A, "4.1": B})
    written = path.read_bytes().decode()
    assert read_bindings(path, written).by_section.keys() == {"4", "4.1"}
    assert written.startswith(f'+++{newline}title = "T"{newline}')
    assert written.endswith(f"+++{newline}{newline}Text.{newline}")
    assert written.count("\n") == written.count(newline)


@pytest.mark.parametrize("text", ["Text.\n", "---\ntitle: T\n---\n\nText.\n"])
def test_only_toml_can_be_written(tmp_path, text):
    path = tmp_path / "p.en.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSource, match="only front matter in TOML"):
        write_bindings(path, {"4": A})
    assert path.read_text("utf-8") == text
