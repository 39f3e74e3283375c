"""Structured log lines. Whatever is logged in the scope of a tenant names it; never log a secret."""

import logging
import sys

import structlog

from orchestrator.kit.tenant_scope import tenant_in_scope


def configure_logging(fmt: str, level: str) -> None:
    # structlog's own pretty tracebacks show local variables, keys among them, and take seconds.
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer() if fmt == "json" else console
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _name_tenant,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _configure_libraries([*shared, _name_logger], renderer)


def _configure_libraries(shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor) -> None:
    """They log in Python's own way; their lines look like ours."""
    exceptions = [] if isinstance(renderer, structlog.dev.ConsoleRenderer) else [structlog.processors.format_exc_info]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _name_logger(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event["module"] = event["_record"].name
    return event


def _name_tenant(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    tenant_id = tenant_in_scope()
    if tenant_id is not None:
        event.setdefault("tenant_id", str(tenant_id))
    return event


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    return structlog.get_logger(module=name)
