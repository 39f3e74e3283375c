"""System calls that no sandbox has: they reach past its namespaces, or are a large and young part of the kernel.

- Keys of the kernel belong to a user and to whoever inherited a key ring, not to a namespace: a sandbox would hold the
  operator's ring from the log-in that the orchestrator was started in, and tenants and sessions would share one.
- io_uring, bpf, perf events and userfaultfd: most ways out of containers of the last years began there.

A program is told that the kernel has none of them (ENOSYS), which all that can use them are prepared for.
"""

import errno
import fcntl
import os
import struct
from functools import cache
from pathlib import Path

_OFFSET_OF_NUMBER, _OFFSET_OF_ARCHITECTURE = 0, 4
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW = 0x7FFF0000
_NOT_THERE = 0x00050000 | errno.ENOSYS
_X32_NUMBERS = 0x40000000
# add_key, request_key, keyctl, perf_event_open, bpf, userfaultfd; the three of io_uring have the same numbers everywhere.
_IO_URING = (425, 426, 427)
_X86_64 = (0xC000003E, (248, 249, 250, 298, 321, 323, *_IO_URING))
_I386 = (0x40000003, (286, 287, 288, 336, 357, 374, *_IO_URING))
_AARCH64 = (0xC00000B7, (217, 218, 219, 241, 280, 282, *_IO_URING))
_ARM = (0x40000028, (309, 310, 311, 364, 386, 388, *_IO_URING))
# A machine also runs programs of its older, narrower sibling, which numbers its calls in its own way.
_OF_MACHINE = {"x86_64": (_X86_64, _I386), "aarch64": (_AARCH64, _ARM)}


def filter_program(machine: str) -> bytes:
    """For the kernel's filter of system calls (`struct sock_filter`); empty for a machine whose numbers are not known."""
    program = b"".join(_of_architecture(*one) for one in _OF_MACHINE.get(machine, ()))
    return program and _step(_LOAD, _OFFSET_OF_ARCHITECTURE) + program + _step(_RETURN, _NOT_THERE)


def _of_architecture(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """Passed over as a whole when the architecture, which is loaded, is another."""
    is_64_bit_x86 = architecture == _X86_64[0]
    refused = [(_JUMP_EQUAL, number) for number in numbers]
    if is_64_bit_x86:
        refused.append((_JUMP_AT_LEAST, _X32_NUMBERS))
    steps = [_step(_LOAD, _OFFSET_OF_NUMBER)]
    steps += [_step(how, number, yes=len(refused) - place) for place, (how, number) in enumerate(refused)]
    steps += [_step(_RETURN, _ALLOW), _step(_RETURN, _NOT_THERE)]
    return _step(_JUMP_EQUAL, architecture, no=len(steps)) + b"".join(steps)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


@cache
def filter_file(process: int) -> str | None:
    """Where programs that we start open the filter: in the memory of this process, by a path that holds while it lives.

    None where the kernel or the machine has no such filter.
    """
    program = filter_program(os.uname().machine)
    if not program or not Path("/proc/sys/kernel/seccomp/actions_avail").exists():
        return None
    descriptor = os.memfd_create("system-calls", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(descriptor, program)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return f"/proc/{process}/fd/{descriptor}"
