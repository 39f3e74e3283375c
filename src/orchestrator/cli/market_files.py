"""Keys and listings as files: the private key never leaves this machine, and what it signs is made here."""

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from orchestrator.cli.agent_files import skills_beside, text_of
from orchestrator.cli.providers import ArgumentWrong

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SIGNED = ("listing", "version", "manifest", "files", "digest", "signature", "public_key")
# Cryptography and the agents' own rules are imported where they are used: no other command has to wait for them.


def default_key_file(namespace: str) -> Path:
    return Path(typer.get_app_dir("orchestrator")) / "market" / f"{namespace}.pem"


def make_key(file: Path) -> "Ed25519PrivateKey":
    """In a file that nobody else may read, and that was not there before."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(content)
    except FileExistsError as error:
        raise ArgumentWrong(f"{file} is there already.", "Name another file: --key-file.") from error
    except OSError as error:
        raise ArgumentWrong(f"{file} cannot be written: {error}.", "Name a file that you may write: --key-file.") from error
    return key


def read_key(file: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if os.name != "nt" and file.stat().st_mode & _OTHERS:
            raise ArgumentWrong(f"Others may read {file}, which has a private key.", f"Run `chmod 600 {file}`.")
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        hint = "Claim the namespace on this machine, or name its key: --key-file."
        raise ArgumentWrong(f"{file} cannot be read: {error.strerror}.", hint) from error
    except (ValueError, TypeError) as error:
        raise ArgumentWrong(f"{file} is no private key.", "Name a PEM file without a password.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ArgumentWrong(f"The key in {file} is no Ed25519 key.", "Make one: `orchestrator market keys add`.")
    return key


def claimed(key: "Ed25519PrivateKey", namespace: str) -> dict[str, str]:
    """The public key, and the proof that the private one is here."""
    from orchestrator.marketplace.signing import public_key_of, sign_claim

    return {"public_key": public_key_of(key), "proof": sign_claim(key, namespace)}


def files_of(path: Path) -> dict[str, str]:
    """An agent's Markdown file with its skills, or the card of an external agent."""
    from orchestrator.marketplace.cards import CARD_FILE
    from orchestrator.marketplace.packing import AGENT_FILE, SKILLS

    text = text_of(path)
    if path.suffix == ".json":
        return {CARD_FILE: text}
    skills = skills_beside(path, text)
    named = {f"{SKILLS}{name}/{file}": words for name, files in skills.items() for file, words in files.items()}
    return {AGENT_FILE: text, **named}


def manifest_of(files: Mapping[str, str], declared: Mapping[str, Any]) -> dict[str, Any]:
    """`declared`: what no file says: licence, source, network, price_micro_usd, and of an external agent its description
    and capabilities."""
    from orchestrator.marketplace.packing import AGENT_FILE, asks_of, definition_of, parsed

    about = {"licence": declared["licence"], "source": declared["source"]}
    if AGENT_FILE in files:
        definition = definition_of(files)
        asks = asks_of(definition, declared["network"], declared["price_micro_usd"])
        said = {"kind": "opencode", "description": definition.description, "capabilities": definition.capabilities}
    else:
        asks = {"network": sorted(set(declared["network"])), "price_micro_usd": declared["price_micro_usd"]}
        said = {"kind": "external", "description": declared["description"], "capabilities": declared["capabilities"]}
    return parsed({**said, **about, "asks": asks}).model_dump(mode="json")


def signed(key: "Ed25519PrivateKey", listing: str, version: str, manifest: Any, files: dict[str, str]) -> dict[str, Any]:
    """All that is sent to publish it."""
    from orchestrator.marketplace.signing import Document, public_key_of, sign_listing

    digest = Document(listing, version, manifest, files).digest
    content = {"version": version, "manifest": manifest, "files": files, "digest": digest}
    return {**content, "signature": sign_listing(key, digest), "public_key": public_key_of(key)}


def read_export(file: Path) -> dict[str, Any]:
    try:
        found: object = json.loads(text_of(file))
    except ValueError as error:
        raise ArgumentWrong(f"{file} is no JSON.", "Name a file of `orchestrator market export`.") from error
    if not isinstance(found, dict) or any(name not in found for name in _SIGNED):
        raise ArgumentWrong(f"{file} is no listing.", "Name a file of `orchestrator market export`.")
    return cast(dict[str, Any], found)


def problem_of(exported: Mapping[str, Any], fingerprint: str | None) -> str | None:
    """Why it is not what was signed; None when it is. `fingerprint`: the key's that has to have signed it."""
    from orchestrator.marketplace import packing, signing, trust
    from orchestrator.marketplace.errors import ListingInvalid

    names = ("listing", "version", "manifest", "files")
    document = signing.Document(*(exported[name] for name in names))
    try:
        if trust.digest_of(document) != exported["digest"]:
            return "its content does not have its digest"
        if not signing.is_signed(exported["public_key"], exported["digest"], exported["signature"]):
            return "it is not signed by its key"
        if fingerprint not in (None, signing.fingerprint(exported["public_key"])):
            return "it is signed by another key than the one you named"
        packing.checked(packing.parsed(exported["manifest"]), exported["files"])
    except ListingInvalid as error:
        return str(error.fields["problem"])
    except (TypeError, AttributeError):
        return "it has another form than a listing"
    return None


def fingerprint_of(public_key: str) -> str:
    from orchestrator.marketplace.signing import fingerprint

    return fingerprint(public_key)
