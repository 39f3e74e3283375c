"""What can be wrong with an agent, and with the wish for one."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class UnknownAgent(OrchestratorError):
    """There is no agent called {agent}."""

    status = 422
    code = "unknown_agent"
    hint = "Agents here: {known}."


class AgentSwitchedOff(Conflict):
    """The agent {agent} is switched off."""

    code = "agent_switched_off"
    hint = "Choose another one, or have a LEAD switch it on: `orchestrator agents enable {agent}`."


class AgentNameTaken(Conflict):
    """There is an agent called {agent} already."""

    code = "agent_name_taken"
    hint = "Choose another name, or make a new version of that one."


class AgentNameReserved(OrchestratorError):
    """{agent} is the name of an agent that OpenCode itself has."""

    status = 422
    code = "agent_name_reserved"
    hint = "Choose another name."


class AgentInvalid(OrchestratorError):
    """The agent cannot be used: {problem}."""

    status = 422
    code = "agent_invalid"
    hint = "docs/howto/agents.md tells what an agent's file may say."


class AgentSecretMissing(OrchestratorError):
    """There is no agent secret called {name}."""

    status = 422
    code = "agent_secret_missing"
    hint = "Keep it first: `orchestrator agents secrets set {name}`."


class AgentSecretInvalid(OrchestratorError):
    """The secret cannot be kept: {problem}."""

    status = 422
    code = "agent_secret_invalid"
    hint = "Give the bare value, as a header of the MCP server has it."


class CapabilityInvalid(OrchestratorError):
    """The capability {capability} cannot be used: {problem}."""

    status = 422
    code = "capability_invalid"
    hint = "Take one of docs/reference/capabilities.md, or a tag of small letters, digits and . + # -"


class NoAgentFits(Conflict):
    """No agent can do that now: {reasons}."""

    code = "no_agent_fits"
    hint = "Ask for fewer capabilities, give an agent what it lacks, or name the agent yourself."
