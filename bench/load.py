"""A load generator over raw sockets, cheap enough to leave the cores to the server."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Load:
    """What one burst measured: answers a second, and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def run_load(port: int, questions: list[str], n_connections: int, seconds: float) -> Load:
    """Return what a server on loopback held for some seconds, every connection asking in turn.

    Raises:
        RuntimeError: it answered anything but 200.
    """
    return asyncio.run(_run(port, [_request(question) for question in questions],
                            n_connections, seconds))  # fmt: skip


async def _run(port: int, requests: list[bytes], n_connections: int, seconds: float) -> Load:
    endless = itertools.cycle(requests)
    began = time.perf_counter()
    tasks = [_ask_until(port, endless, began + seconds) for _ in range(n_connections)]
    latencies = np.concatenate(await asyncio.gather(*tasks))
    elapsed = time.perf_counter() - began
    p50, p99 = np.percentile(latencies, [50, 99])
    return Load(len(latencies) / elapsed, float(p50), float(p99))


async def _ask_until(port: int, requests: Iterator[bytes], deadline: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies = []
    while (began := time.perf_counter()) < deadline:
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the server answered {head.splitlines()[0].decode()}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        latencies.append(1000 * (time.perf_counter() - began))
    writer.close()
    return latencies


def _request(question: str) -> bytes:
    body = json.dumps({"question": question}).encode()
    head = (
        "POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
