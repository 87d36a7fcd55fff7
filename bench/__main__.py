"""Measures a bare route and the service side by side in one run, and prints a table.

Both serve the same model and the same vectors; bursts alternate, so that a noisy machine is noisy
for both. The figures of a run belong into docs/performance.md.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.load import Load, run_load
from qa_service.settings import read_settings

ROUNDS = 5
SECONDS = 3.0
CONNECTIONS = (1, 8)


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement, its port and how many seconds it took to answer."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    ready_seconds: float


def main() -> None:
    questions = [
        json.loads(line)["question"]
        for line in Path("eval/questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    servers = [_start_bare(), _start_ours()]
    try:
        for server in servers:
            run_load(server.port, questions, 1, 2.0)
        for n_connections in CONNECTIONS:
            _print_row_pair(servers, questions, n_connections)
        _print_footprint(servers)
    finally:
        for server in servers:
            server.process.terminate()


def _print_row_pair(servers: list[Server], questions: list[str], n_connections: int) -> None:
    loads: dict[str, list[Load]] = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            loads[server.name].append(run_load(server.port, questions, n_connections, SECONDS))
    table = Table("connections", "server", "answers/s", "p50 ms", "p99 ms", box=None)
    for name, measured in loads.items():
        figures = [median(values) for values in zip(*map(_figures, measured), strict=True)]
        table.add_row(str(n_connections), name, *(f"{figure:.2f}" for figure in figures))
    Console().print(table)


def _figures(load: Load) -> tuple[float, ...]:
    return load.per_second, load.p50_ms, load.p99_ms


def _print_footprint(servers: list[Server]) -> None:
    table = Table("server", "memory MiB", "seconds to ready", box=None)
    for server in servers:
        status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        mebibytes = int(resident.split()[1]) / 1024
        table.add_row(server.name, f"{mebibytes:.0f}", f"{server.ready_seconds:.2f}")
    Console().print(table)


def _start_bare() -> Server:
    settings = read_settings()
    build = settings.index / (settings.index / "current").read_text(encoding="ascii").strip()
    vectors = next(build.glob("policies/*/dense.faiss"))
    return _start("bare", ["-m", "bench.bare", settings.model, str(vectors)])


def _start_ours() -> Server:
    return _start("ours", ["-m", "qa_service", "serve", "--port"])


def _start(name: str, arguments: list[str]) -> Server:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command = [sys.executable, *arguments, str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while time.perf_counter() - began < 120:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
            return Server(name, process, port, time.perf_counter() - began)
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{name} did not become ready")


if __name__ == "__main__":
    main()
