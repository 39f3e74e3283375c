"""What can be wrong with sharing an alias's traffic."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class SplitNeedsOwnName(OrchestratorError):
    """{alias} is no model name of the tenant's own, so its traffic cannot be shared."""

    status = 422
    code = "split_needs_own_name"
    hint = "Add a name of your own that leads to the base: `orchestrator models add {alias} --target provider/model`."


class SplitNeedsServing(Conflict):
    """{version} is not being served, so no traffic can go to it."""

    code = "split_needs_serving"
    hint = "Serve it first: `orchestrator models serve {version}`."


class SplitOfAnother(Conflict):
    """The traffic of {alias} is shared with {version} already."""

    code = "split_of_another"
    hint = "End that first: `orchestrator models split {alias} --end`."


class SplitUnproven(Conflict):
    """{version} is neither in production nor has it passed the gate, so it gets no traffic."""

    code = "split_unproven"
    hint = "Evaluate it first: `orchestrator models evaluate {version}`."


class NoSplit(OrchestratorError):
    """The traffic of {alias} is not shared."""

    status = 404
    code = "no_split"
    hint = "`orchestrator models splits` lists what is."
