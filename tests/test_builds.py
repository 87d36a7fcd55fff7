"""Which builds a folder keeps, tried with builds of one small file; one publisher is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa_service.builds import Retention, open_build, open_earlier_builds, publish_build, stage_build

THREE = Retention(3, distinct="texts")
# Publishes ever new builds: of three in a row two have the same texts.
RESTLESS = """
import itertools, sys
from pathlib import Path
from qa_service.builds import Retention
from tests.test_builds import publish
for i in itertools.count(int(sys.argv[2])):
    publish(Path(sys.argv[1]), i - i % 3 // 2, file=str(i))
    print(i, flush=True)
"""


def publish(folder: Path, texts: object, file: str = "", retention: Retention = THREE) -> str:
    """Publish a build whose fact is `texts`, and whose file tells rebuilds of it apart."""
    with stage_build(folder) as staging:
        (staging / "file").write_text(file, encoding="utf-8")
        return publish_build(folder, staging, {"texts": texts}, retention)


def named(folder: Path) -> list[str]:
    return (folder / "current").read_text("ascii").split()


def on_disk(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"current"}


def texts(folder: Path) -> list[object]:
    builds = [open_build(folder), *open_earlier_builds(folder)]
    return [build.facts["texts"] for build in builds]


def test_a_rebuild_of_the_same_texts_pushes_no_other_texts_out(tmp_path):
    for name in ("a", "b", "c"):
        for again in range(4):
            publish(tmp_path, name, file=str(again))
    assert texts(tmp_path) == ["c", "b", "a"]
    publish(tmp_path, "d")
    assert texts(tmp_path) == ["d", "c", "b"]


def test_of_builds_with_the_same_texts_the_newest_is_kept(tmp_path):
    old, other, new = (
        publish(tmp_path, name, file) for name, file in [("a", "1"), ("b", ""), ("a", "2")]
    )
    assert named(tmp_path) == [new, other]
    assert old not in on_disk(tmp_path)


def test_the_build_before_stays_on_disk_for_whoever_is_reading_it(tmp_path):
    first, second, third = (publish(tmp_path, "a", file) for file in ("1", "2", "3"))
    assert named(tmp_path) == [third]
    assert on_disk(tmp_path) == {second, third}
    assert first not in on_disk(tmp_path)


def test_builds_without_the_fact_are_told_by_their_hashes_alone(tmp_path):
    digests = [publish(tmp_path, None, file) for file in ("1", "2")]
    assert named(tmp_path) == digests[::-1]


def test_fewer_may_be_kept_than_before(tmp_path):
    for name in ("a", "b", "c"):
        publish(tmp_path, name)
    publish(tmp_path, "d", retention=Retention(1, distinct="texts"))
    assert texts(tmp_path) == ["d"]


def test_an_earlier_build_that_cannot_be_read_is_left_out_and_not_removed(tmp_path):
    for name in ("a", "b", "c"):
        publish(tmp_path, name)
    (tmp_path / named(tmp_path)[1] / "manifest.json").write_bytes(b"{}")
    damaged = named(tmp_path)[1]
    assert texts(tmp_path) == ["c", "a"]
    publish(tmp_path, "c", file="again")
    assert damaged in named(tmp_path)
    assert damaged in on_disk(tmp_path)


def test_a_build_is_removed_only_after_current_has_ceased_to_name_it(tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        publish(tmp_path, name)

    def stop(path, **_):
        if not Path(path).name.startswith(".building-"):
            assert Path(path).name not in named(tmp_path)
            raise KeyboardInterrupt

    monkeypatch.setattr("qa_service.builds.shutil.rmtree", stop)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, "d")
    monkeypatch.undo()
    assert texts(tmp_path) == ["d", "c", "b"]
    publish(tmp_path, "e")
    assert len(on_disk(tmp_path)) == 3


def test_a_publisher_may_be_killed_at_any_moment(tmp_path):
    for kill in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", RESTLESS, str(tmp_path), str(1000 * kill)],
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        for _ in range(5 + kill):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert len(set(map(str, texts(tmp_path)))) == len(named(tmp_path)) == 3


def test_publishers_at_the_same_time_leave_only_builds_that_are_there(tmp_path):
    run = [sys.executable, "-c", RESTLESS, str(tmp_path)]
    both = [subprocess.Popen([*run, str(i)], stdout=subprocess.PIPE) for i in (0, 10_000)]
    for process in both:
        assert process.stdout
        for _ in range(20):
            assert process.stdout.readline()
    for process in both:
        process.kill()
        process.communicate(timeout=60)
    assert len(texts(tmp_path)) == len(named(tmp_path)) == 3
