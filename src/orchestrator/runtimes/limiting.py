"""The limits of this node's sandboxes: which mechanism is in force, said once at the start, and where its groups lie."""

from uuid import UUID

from orchestrator.kit.group_ledger import NODE_PREFIX, GroupLedger
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.sandboxes import Plan, limits_here

log = get_logger(__name__)


def prepare_limits(settings: Settings, node_id: UUID) -> tuple[Plan, GroupLedger]:
    """Where groups cannot be made after all, prlimit is what is left. Blocking, for milliseconds."""
    plan = limits_here(settings.limits)
    groups = _ledger(settings, node_id, plan)
    try:
        groups.open()
    except OSError as error:
        log.warning("cgroups_refused", problem=str(error))
        plan = limits_here("prlimit" if settings.limits == "auto" else settings.limits)
        groups = _ledger(settings, node_id, plan)
    tell = log.info if plan.complete else log.warning
    tell("limits", memory=plan.memory.value, cpu=plan.cpu.value, processes=plan.pids.value, reason=plan.reason or None)
    return plan, groups


def _ledger(settings: Settings, node_id: UUID, plan: Plan) -> GroupLedger:
    folder = settings.data_dir / "processes" / "groups"
    return GroupLedger(folder, f"{NODE_PREFIX}{node_id}", plan.hierarchies)
