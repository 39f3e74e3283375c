"""What can be wrong with an endpoint of a model version."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class ServingNameTaken(Conflict):
    """There is a model called {alias} already, which is not a served version."""

    code = "serving_name_taken"
    hint = "Serve it under another name: `orchestrator models serve <name@version> --alias <name>`."


class ServedByAnother(Conflict):
    """{alias} is served already, as another model."""

    code = "served_by_another"
    hint = "Unserve that first, or serve this one under another name."


class NotServable(Conflict):
    """{version} cannot be served: {problem}."""

    code = "not_servable"
    hint = "Serve a version that is not retired, of a base that this installation has."


class ServingInUse(Conflict):
    """{alias} is still given traffic by the model {split}."""

    code = "serving_in_use"
    hint = "End the split first: `orchestrator models split {split} --end`."


class EndpointFailed(OrchestratorError):
    """The endpoint of {alias} does not work: {problem}."""

    code = "endpoint_failed"
    hint = "Its log is below `serving` in the node's data directory; after mending it serve the version again."


class RenderingDiffers(OrchestratorError):
    """Trainer and server make different prompts of the same chat, so {alias} is not served: {difference}."""

    status = 409
    code = "rendering_differs"
    hint = "Mend the chat template of the base so that both render the same; the tuned model would answer badly else."


class EngineMissing(OrchestratorError):
    """This node cannot serve with {engine}: {problem}."""

    status = 503
    code = "engine_missing"
    hint = "Run `orchestrator finetune setup` on the node; vLLM needs a GPU and `pip install vllm` in that environment."
