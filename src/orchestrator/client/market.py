"""The marketplace: what others offer, what is installed, and what one's own tenant publishes."""

from typing import Any
from urllib.parse import quote

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import Page
from orchestrator.client.types.market import (
    Install,
    InstallPreview,
    Listing,
    ListingCheck,
    ListingCheckBegun,
    ListingExport,
    ListingVersion,
    ListingVersionItem,
    Namespace,
    SigningKey,
)


class Market(Connection):
    """A listing is named as `namespace/agent`; a version may be `latest`."""

    def listings(self, **wanted: Any) -> Page[Listing]:
        """`wanted`: q, kind, capability (a list), min_rating, updated_since, own, order, limit, cursor."""
        return self._json("GET", "/marketplace/listings", params=given(**wanted))

    def listing(self, name: str) -> Listing:
        return self._json("GET", _path(name))

    def listing_versions(self, name: str) -> list[ListingVersionItem]:
        """The highest first."""
        return self._listed("items", f"{_path(name)}/versions")

    def listing_version(self, name: str, version: str = "latest") -> ListingVersion:
        return self._json("GET", _path(name, version))

    def export_listing(self, name: str, version: str = "latest") -> ListingExport:
        return self._json("GET", f"{_path(name, version)}/export")

    def preview_install(self, name: str, version: str = "latest") -> InstallPreview:
        return self._json("GET", f"{_path(name, version)}/preview")

    def publish_listing(self, name: str, **signed: Any) -> ListingVersion:
        """`signed`: version, manifest, files, digest, signature, public_key; and visibility, visible_to."""
        return self._json("POST", f"{_path(name)}/versions", json=given(**signed))

    def show_listing(self, name: str, visibility: str, visible_to: list[str]) -> Listing:
        return self._json("PATCH", _path(name), json={"visibility": visibility, "visible_to": visible_to})

    def mark_listing_version(self, name: str, version: str, status: str, reason: str | None = None) -> ListingVersion:
        return self._json("PATCH", _path(name, version), json=given(status=status, reason=reason))

    def check_listing(self, name: str, version: str = "latest") -> ListingCheckBegun:
        """Of an external agent that one's own tenant publishes: to be pointed at what is answered."""
        return self._json("POST", f"{_path(name, version)}/checks")

    def listing_check(self, check_id: str) -> ListingCheck:
        return self._json("GET", f"/marketplace/checks/{check_id}")

    def installs(self) -> list[Install]:
        """Those that were uninstalled as well."""
        return self._listed("items", "/marketplace/installs")

    def install_listing(self, name: str, version: str, digest: str, consent: dict[str, Any], **more: Any) -> Install:
        """`more`: agent_name."""
        body = {"listing": name, "version": version, "digest": digest, "consent": consent, **given(**more)}
        return self._json("POST", "/marketplace/installs", json=body)

    def update_install(self, install_id: str, version: str, digest: str, consent: dict[str, Any] | None = None) -> Install:
        body = {"version": version, "digest": digest, **given(consent=consent)}
        return self._json("POST", f"/marketplace/installs/{install_id}/update", json=body)

    def uninstall(self, install_id: str) -> Install:
        return self._json("DELETE", f"/marketplace/installs/{install_id}")

    def namespaces(self) -> list[Namespace]:
        return self._listed("items", "/marketplace/namespaces")

    def claim_namespace(self, namespace: str, public_key: str, proof: str, name: str = "") -> Namespace:
        body = {"namespace": namespace, "public_key": public_key, "proof": proof, "name": name}
        return self._json("POST", "/marketplace/namespaces", json=body)

    def signing_keys(self, namespace: str) -> list[SigningKey]:
        return self._listed("items", _keys(namespace))

    def add_signing_key(self, namespace: str, public_key: str, proof: str, name: str = "") -> SigningKey:
        return self._json("POST", _keys(namespace), json={"public_key": public_key, "proof": proof, "name": name})

    def retire_signing_key(self, namespace: str, key_id: str) -> SigningKey:
        return self._json("POST", f"{_keys(namespace)}/{key_id}/retire")

    def revoke_signing_key(self, namespace: str, key_id: str, reason: str) -> SigningKey:
        return self._json("POST", f"{_keys(namespace)}/{key_id}/revoke", json={"reason": reason})


def _path(name: str, version: str | None = None) -> str:
    namespace, _, agent = name.partition("/")
    path = f"/marketplace/listings/{quote(namespace, safe='')}/{quote(agent, safe='')}"
    return path if version is None else f"{path}/versions/{quote(version, safe='')}"


def _keys(namespace: str) -> str:
    return f"/marketplace/namespaces/{quote(namespace, safe='')}/keys"
