"""What a sandbox must not ask the kernel for: keys, which belong to no namespace, and its large young parts."""

import os
import struct
import subprocess
import sys
from dataclasses import replace

import pytest
from tests.sandboxes.tenants import Tenant

from orchestrator.sandboxes.system_calls import filter_program

OF_MACHINE = {
    "x86_64": {"add_key": 248, "request_key": 249, "keyctl": 250, "perf": 298, "bpf": 321, "userfaultfd": 323},
    "aarch64": {"add_key": 217, "request_key": 218, "keyctl": 219, "perf": 241, "bpf": 280, "userfaultfd": 282},
}
CALLS = OF_MACHINE[os.uname().machine] | {"io_uring": 425, "x32": 0x40000000 + 39}
ALL = f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {CALLS}.items():
    ctypes.set_errno(0)
    libc.syscall(number, 0, 0, 0, 0, 0)
    print(name, errno.errorcode.get(ctypes.get_errno()))
"""
# An operator's session has a key ring, and everything that is started in it inherits that.
WITH_A_KEY = f"""
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert libc.syscall({CALLS["keyctl"]}, 1, 0) > 0
assert libc.syscall({CALLS["add_key"]}, b"user", b"operators", b"secret", 6, -3) > 0
os.execv(sys.argv[1], sys.argv[1:])
"""
FIND_IT = f"""
import ctypes
libc = ctypes.CDLL(None)
key = libc.syscall({CALLS["keyctl"]}, 10, -3, b"user", b"operators", 0)
content = ctypes.create_string_buffer(6)
print(libc.syscall({CALLS["keyctl"]}, 11, key, content, 6), content.raw)
"""


@pytest.mark.parametrize("layer", ["single", "runtime", "command"])
def test_the_kernel_has_none_of_them(tenant: Tenant, layer: str) -> None:
    if layer == "command":
        done = tenant.command(f"python3 -c '{ALL.replace(chr(39), chr(34))}'")
    else:
        spec = tenant.single if layer == "single" else tenant.runtime
        done = tenant.run(spec, "python3", "-c", ALL)
    assert done.stdout.split() == [word for name in CALLS for word in (name, "ENOSYS")], done.stderr


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_the_operators_keys_are_out_of_reach(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else replace(tenant.runtime, cwd="/")
    words = [sys.executable, "-c", WITH_A_KEY, *tenant.argv(spec, "python3", "-c", FIND_IT)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "-1 b'\\x00\\x00\\x00\\x00\\x00\\x00'\n", done.stderr


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_the_filter_itself_is_no_open_file_of_the_sandbox(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else tenant.runtime
    assert tenant.run(spec, "sh", "-c", "ls /proc/$$/fd").stdout.split() == ["0", "1", "2"]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_each_jump_of_the_filter_ends_within_it(machine: str) -> None:
    steps = list(struct.iter_unpack("=HBBI", filter_program(machine)))
    for place, (code, yes, no, _) in enumerate(steps):
        assert place + 1 + max(yes, no) < len(steps) or code == 0x06
    assert steps[-1][0] == 0x06


def test_a_machine_whose_numbers_are_not_known_has_no_filter() -> None:
    assert filter_program("riscv64") == b""
