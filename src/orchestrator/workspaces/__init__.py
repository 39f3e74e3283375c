"""Git for sessions: mirrors, workspaces, checkpoints, diffs, and commands in a sandbox."""

from orchestrator.workspaces.checkpoints import Checkpoint, checkpoint_ref, checkpoint_refs
from orchestrator.workspaces.commands import CommandResult, free_port
from orchestrator.workspaces.config import RepositoryConfig, parse_config
from orchestrator.workspaces.diffs import FILE_PATCH_LIMIT_BYTES, FileDiff, FileSummary
from orchestrator.workspaces.hooks import written_hooks
from orchestrator.workspaces.inspection import Inspection, named
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.lineage import Mark
from orchestrator.workspaces.mirror import Base
from orchestrator.workspaces.place import MIRRORS_INSIDE, WORKSPACES_INSIDE, Place
from orchestrator.workspaces.protected import DEFAULT_GLOBS, Change, ProtectedFinding, findings
from orchestrator.workspaces.reach import Reach
from orchestrator.workspaces.rebases import Rebased
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.repository import Origin
from orchestrator.workspaces.reverts import Revert
from orchestrator.workspaces.slugs import branch_name
from orchestrator.workspaces.workspace import Workspaces
from orchestrator.workspaces.worktrees import Workspace

__all__ = [
    "DEFAULT_GLOBS",
    "FILE_PATCH_LIMIT_BYTES",
    "MIRRORS_INSIDE",
    "WORKSPACES_INSIDE",
    "Base",
    "Change",
    "Checkpoint",
    "CommandResult",
    "FileDiff",
    "FileSummary",
    "Inspection",
    "Mark",
    "Origin",
    "Place",
    "ProtectedFinding",
    "Reach",
    "Rebased",
    "RepositoryConfig",
    "Revert",
    "TenantFolders",
    "Workspace",
    "Workspaces",
    "branch_name",
    "checkpoint_ref",
    "checkpoint_refs",
    "findings",
    "free_port",
    "named",
    "parse_config",
    "remove_tree",
    "written_hooks",
]
