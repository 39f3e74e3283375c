"""What can be wrong with a template, and with a file that holds a plan."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class TemplateInvalid(OrchestratorError):
    """The template cannot be used: {problem}"""

    status = 422
    code = "template_invalid"
    hint = "docs/howto/plans.md shows what a template says; `GET /plans/templates/crud` is one."


class TemplateNotFilled(OrchestratorError):
    """The template {template} cannot be filled in: {problem}"""

    status = 422
    code = "template_not_filled"
    hint = "Its parameters: {known}."


class TemplateNameTaken(Conflict):
    """There is a template called {template} already."""

    code = "template_name_taken"
    hint = "Give it another name, or change that one with PUT."


class PlanFileInvalid(OrchestratorError):
    """The file holds no plan that can be run: {problem}"""

    status = 422
    code = "plan_file_invalid"
    hint = "Correct the line that is named; docs/howto/plans.md shows what a plan's file says."


class UnknownTemplate(OrchestratorError):
    """There is no template called {template}."""

    status = 422
    code = "unknown_template"
    hint = "Templates here: {known}."
