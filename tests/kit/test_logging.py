"""Log lines name the tenant for which something is done."""

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
import structlog

from orchestrator.kit.logging import configure_logging, get_logger
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    yield
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


def test_a_line_in_the_scope_of_a_tenant_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", "info")
    log, tenant, other = get_logger(__name__), uuid4(), uuid4()
    log.info("of_nobody")
    with tenant_scope(tenant):
        log.info("of_one")
        log.info("of_another", tenant_id=str(other))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("tenant_id") for line in told] == [None, str(tenant), str(other)]


def test_the_lines_of_libraries_are_json_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever collects the lines reads each as JSON, and a traceback in many lines is none."""
    configure_logging("json", "info")
    try:
        raise ValueError("told")
    except ValueError:
        logging.getLogger("vendor.http").exception("Exception in %s", "it")
    logging.getLogger("vendor.cache").warning("careful")
    logging.getLogger("vendor.cache").info("not told")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["event"], first["level"], first["module"]) == ("Exception in it", "error", "vendor.http")
    assert "ValueError: told" in first["exception"]
    assert (second["event"], second["module"]) == ("careful", "vendor.cache")
