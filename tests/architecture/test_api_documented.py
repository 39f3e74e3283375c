"""Every route says what it does, what it takes, what it answers, and how it refuses."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

ERROR = "#/components/schemas/ErrorBody"


@pytest.fixture(scope="module")
def document(gen_docs: ModuleType) -> dict[str, Any]:
    return gen_docs.api_app().openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_has_a_summary_and_an_answer(document: dict[str, Any]) -> None:
    without_summary = [name for name, operation in operations(document) if not operation.get("summary")]
    without_answer = [name for name, operation in operations(document) if not describes_an_answer(operation)]
    assert without_summary == []
    assert without_answer == []


def describes_an_answer(operation: dict[str, Any]) -> bool:
    good = [answer for status, answer in operation["responses"].items() if status.startswith(("2", "3"))]
    return bool(good) and all(content.get("schema") for answer in good for content in answer.get("content", {}).values())


def test_every_route_but_health_documents_its_refusals(document: dict[str, Any]) -> None:
    guarded = [(name, op) for name, op in operations(document) if "/health/" not in name]
    assert guarded
    assert [name for name, op in guarded if not {"401", "403"} <= refusals(op)] == []
    with_id = [(name, op) for name, op in guarded if "_id}" in name]
    assert [name for name, op in with_id if "404" not in refusals(op)] == []


def refusals(operation: dict[str, Any]) -> set[str]:
    """The error statuses that are documented in the one shape of error."""
    return {
        status
        for status, answer in operation["responses"].items()
        if answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref") == ERROR
    }


def test_no_other_shape_of_error_is_documented(document: dict[str, Any]) -> None:
    other = [
        f"{name} {status}"
        for name, operation in operations(document)
        for status in operation["responses"]
        if status.startswith(("4", "5")) and status not in refusals(operation)
    ]
    assert other == []


def test_what_can_be_sent_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    without = [
        f"{name} {reference}"
        for name, operation in operations(document)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if (reference := content["schema"].get("$ref", "").rpartition("/")[2])
        and not (schemas[reference].get("examples") or content.get("example") or content.get("examples"))
    ]
    assert without == []


ONE_MORE_HARMS_NOBODY = {
    "POST /api/v1/me/sign-in-links",
    # An enrolment token is good for once, and one name of a lease is one artifact.
    "POST /api/v1/agents/external/register",
    "POST /api/v1/agents/external/{external_agent_id}/tasks/{task_id}/artifacts",
}


def test_what_creates_can_be_sent_twice(document: dict[str, Any]) -> None:
    creates = {name: operation for name, operation in operations(document) if "201" in operation["responses"]}
    once = {
        name
        for name, operation in creates.items()
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
    }
    assert len(once) > 8
    assert set(creates) - once == ONE_MORE_HARMS_NOBODY


def test_the_reference_is_up_to_date(gen_docs: ModuleType) -> None:
    for page in ("api.md", "openapi.json", "permissions.md"):
        assert (gen_docs.REFERENCE / page).read_text() == gen_docs.PAGES[page](), "run `make docs`"
