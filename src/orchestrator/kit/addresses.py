"""Which addresses belong to the outside world, so that a name from a tenant cannot lead into the network at home."""

import asyncio
import ipaddress
import socket
from concurrent.futures import Executor
from functools import partial

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What IANA's registries of special addresses keep from the internet, and not each version of `ipaddress` knows of.
_SPECIAL = (
    "192.0.0.0/24", "192.88.99.0/24", "::/96", "64:ff9b:1::/48", "2001:2::/48", "2001:10::/28", "2001:20::/28",
    "2001:30::/28", "2001:db8::/32", "3fff::/20", "5f00::/16",
)  # fmt: skip
_LOCAL_ALTHOUGH_GLOBAL = tuple(ipaddress.ip_network(one) for one in _SPECIAL)


def is_public(text: str) -> bool:
    """A unicast address of the internet, with no other address hidden in it. Zones (`%eth0`) are of a local network."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text and all(_is_public(one) for one in (address, *_hidden_in(address)))


def _is_public(address: Address) -> bool:
    if (address.version == 6 and address.is_site_local) or any(address in one for one in _LOCAL_ALTHOUGH_GLOBAL):
        return False
    # Translated addresses are global or not by what they hide, which is looked at as well.
    is_global = address.is_global or (address.version == 6 and bool(_hidden_in(address)))
    return is_global and not (address.is_multicast or address.is_unspecified or address.is_loopback)


def _hidden_in(address: Address) -> tuple[Address, ...]:
    """IPv4 inside IPv6: mapped, 6to4, Teredo (server and client) and NAT64."""
    if address.version == 4:
        return ()
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(one for one in found if one is not None)


async def addresses_of(host: str, threads: Executor | None = None) -> tuple[str, ...]:
    """What the name stands for at this moment; nothing when it cannot be resolved.

    A look-up blocks one of the `threads`; unset, one of those that the whole process shares.
    """
    look_up = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    try:
        found = await asyncio.get_running_loop().run_in_executor(threads, look_up)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def is_own(address: str) -> bool:
    """Whether it is this machine's: only such an address can be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
