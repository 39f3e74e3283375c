"""What can be wrong with a plan, and with what is done to it."""

from orchestrator.kit.errors import Conflict, Invalid


class PlanInvalid(Invalid):
    """The plan cannot be carried out: {problem}."""

    code = "plan_invalid"
    hint = "Correct the named task and send the plan again."


class PlanNotOpen(Conflict):
    """The plan is {status}: {action} is not possible now."""

    code = "plan_not_open"
    hint = "GET /plans/{{id}} shows how it stands; a plan that ended can go on by `retry` of a task that failed."


class PlanNotOver(Conflict):
    """The plan is {status}: there is nothing to take note of yet."""

    code = "plan_not_over"
    hint = (
        "Only a plan that completed or failed is marked as seen; one that waits for you is approved, resumed or cancelled."
    )


class TaskBegun(Conflict):
    """The task {key} is {status}: only what has not begun can be changed."""

    code = "task_begun"
    hint = "Say it to its session, or cancel the task and add another one."


class TaskNotOver(Conflict):
    """The task {key} is {status}: only one that failed or was cancelled can be tried again."""

    code = "task_not_over"
    hint = "Wait for its end, or cancel it first."


class SessionsStillPausing(Conflict):
    """Sessions of the plan are still being paused: {sessions}."""

    code = "sessions_still_pausing"
    hint = "Each ends its step and takes a checkpoint first; try again in a moment."
