from multiprocessing import get_context

from qa_service.locks import is_locked, locked


def _hold(folder, held, ended):
    with locked(folder):
        held.set()
        ended.wait(60)


def test_a_folder_is_locked_while_somebody_holds_its_lock(tmp_path):
    assert not is_locked(tmp_path)
    with locked(tmp_path):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    assert not is_locked(tmp_path / "gone")


def test_a_killed_process_holds_no_lock(tmp_path):
    context = get_context("spawn")
    held, ended = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path, held, ended))
    process.start()
    assert held.wait(60)
    assert is_locked(tmp_path)
    process.kill()
    process.join(60)
    assert not is_locked(tmp_path)
