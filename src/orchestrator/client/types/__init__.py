"""The shapes of the API's answers, as a caller of the client sees them: a module for each of its features."""

from orchestrator.client.types.approvals import Approval, ApprovalPolicy, PolicyRule
from orchestrator.client.types.gateway import (
    Budget,
    BudgetAccount,
    Model,
    Prices,
    Provider,
    Target,
    UsageItem,
    UsageReport,
    UsageSums,
)
from orchestrator.client.types.nodes import Leftover, Node
from orchestrator.client.types.pages import Page
from orchestrator.client.types.repositories import GitCredential
from orchestrator.client.types.sessions import (
    Checkpoint,
    Conversation,
    EventMessage,
    Evidence,
    Failure,
    FileDiff,
    Message,
    OpenedSession,
    Push,
    Session,
    TranscriptPart,
    Turn,
    Usage,
)
from orchestrator.client.types.tenancy import AuditEntry, AuditVerdict, Key, NewKey, NewTenant, SignInLink, Tenant, User
from orchestrator.client.types.webhooks import NewWebhook, Webhook, WebhookDelivery

__all__ = [
    "Approval",
    "ApprovalPolicy",
    "AuditEntry",
    "AuditVerdict",
    "Budget",
    "BudgetAccount",
    "Checkpoint",
    "Conversation",
    "EventMessage",
    "Evidence",
    "Failure",
    "FileDiff",
    "GitCredential",
    "Key",
    "Leftover",
    "Message",
    "Model",
    "NewKey",
    "NewTenant",
    "NewWebhook",
    "Node",
    "OpenedSession",
    "Page",
    "PolicyRule",
    "Prices",
    "Provider",
    "Push",
    "Session",
    "SignInLink",
    "Target",
    "Tenant",
    "TranscriptPart",
    "Turn",
    "Usage",
    "UsageItem",
    "UsageReport",
    "UsageSums",
    "User",
    "Webhook",
    "WebhookDelivery",
]
