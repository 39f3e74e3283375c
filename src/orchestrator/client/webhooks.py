"""Webhooks: where news of the tenant goes."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import NewWebhook, Page, Webhook, WebhookDelivery


class Webhooks(Connection):
    def webhooks(self) -> list[Webhook]:
        return self._listed("items", "/webhooks")

    def add_webhook(self, **wanted: Any) -> NewWebhook:
        return self._json("POST", "/webhooks", json=given(**wanted))

    def change_webhook(self, webhook_id: str, **wanted: Any) -> Webhook:
        return self._json("PATCH", f"/webhooks/{webhook_id}", json=given(**wanted))

    def remove_webhook(self, webhook_id: str) -> None:
        self._request("DELETE", f"/webhooks/{webhook_id}")

    def rotate_webhook(self, webhook_id: str, grace_seconds: int) -> NewWebhook:
        return self._json("POST", f"/webhooks/{webhook_id}/rotate", json={"grace_seconds": grace_seconds})

    def test_webhook(self, webhook_id: str) -> WebhookDelivery:
        return self._json("POST", f"/webhooks/{webhook_id}/test")

    def webhook_deliveries(
        self, webhook_id: str, *, status: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[WebhookDelivery]:
        params = given(status=status, limit=limit, cursor=cursor)
        return self._json("GET", f"/webhooks/{webhook_id}/deliveries", params=params)

    def send_webhook_delivery_again(self, webhook_id: str, delivery_id: str) -> WebhookDelivery:
        return self._json("POST", f"/webhooks/{webhook_id}/deliveries/{delivery_id}/send-again")

    def send_dead_deliveries_again(self, webhook_id: str) -> int:
        return self._json("POST", f"/webhooks/{webhook_id}/deliveries/send-dead-again")["sent_again"]
