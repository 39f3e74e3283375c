"""Every error says what happened and what to do, under a code of its own, in one shape, and is in the reference."""

from collections import Counter
from http import HTTPStatus
from string import Formatter
from types import ModuleType

from orchestrator.kit.errors import OrchestratorError


def test_every_error_has_its_own_message_and_code(gen_docs: ModuleType) -> None:
    classes = gen_docs.error_classes()
    assert len(classes) > 10
    assert [cls for cls in classes if not (vars(cls).get("__doc__") or "").strip()] == []
    assert [cls for cls in classes if "code" not in vars(cls)] == []
    assert [code for code, uses in Counter(cls.code for cls in classes).items() if uses > 1] == []
    assert [cls for cls in classes if not cls.code.replace("_", "").isalnum() or not cls.code.islower()] == []


def test_every_error_that_a_person_can_mend_says_how(gen_docs: ModuleType) -> None:
    """The base's hint, to report the log line, is right only where the fault is ours."""
    without = [cls for cls in gen_docs.error_classes() if cls.status != 500 and cls.hint == OrchestratorError.hint]
    assert without == []


def test_every_status_is_an_http_error(gen_docs: ModuleType) -> None:
    wrong = [cls for cls in gen_docs.error_classes() if not 400 <= HTTPStatus(cls.status) <= 599]
    assert wrong == []


def test_the_shape_is_one(gen_docs: ModuleType) -> None:
    for cls in gen_docs.error_classes():
        # A number fits both kinds of field, plain ones and those with a format.
        names = [field for _, field, _, _ in Formatter().parse(f"{cls.__doc__}{cls.hint}") if field]
        body = cls(**dict.fromkeys(names, 1)).body("r-1")
        assert set(body) == {"error"}
        assert set(body["error"]) == {"code", "message", "hint", "request_id"}
        assert "\n" not in body["error"]["message"]


def test_the_reference_is_up_to_date(gen_docs: ModuleType) -> None:
    assert (gen_docs.REFERENCE / "errors.md").read_text() == gen_docs.errors_page(), "run `make docs`"
