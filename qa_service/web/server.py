"""Runs the HTTP service with uvicorn: logging, threads and the line that tells where it listens."""

import logging
import socket
import sys

import structlog
import uvicorn

from qa_service.embedding import limit_threads
from qa_service.errors import BadSettings
from qa_service.service import open_service
from qa_service.settings import Settings
from qa_service.web.app import create_app
from qa_service.web.options import WebOptions

_EXAMPLE = '{"question":"Is my chat history shared?"}'


def run_server(settings: Settings) -> None:
    """Open the service, then serve until a signal ends it.

    Raises:
        BadModel, BadIndex, BadSettings, UnknownPolicy: what is set cannot be used; nothing was
            served.
    """
    configure_logging()
    # More threads inside one question only fight with the other questions for the cores.
    limit_threads(1)
    service = open_service(settings)
    app = create_app(service, WebOptions.of(settings))
    listener = _listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    structlog.get_logger().info("serving", address=address, policies=list(service.index.policies))
    # For the person who started it; the log on standard output is for programs.
    sys.stderr.write(
        f"Serving on {address}\n"
        f"Try: curl -s {address}/v1/ask -H 'content-type: application/json' -d '{_EXAMPLE}'\n"
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        reason = exc.strerror or "no such address"
        raise BadSettings(
            f"Cannot listen on {host} port {port}: {reason}. Set QA_HOST and QA_PORT."
        ) from exc


def configure_logging() -> None:
    """Log one JSON line an event, UTC; nothing that a visitor typed is ever passed to it."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
