"""Every function of libxenevtchn through ctypes, on the domain's /dev/xen/evtchn.

usage: library_functions.py DOMAIN. Prints `called NAME` for each function it calls, `ok` at the end.
"""

import ctypes
import errno
import fcntl
import os
import select
import signal
import sys

signal.alarm(60)
library = ctypes.CDLL("libxenevtchn.so.1", use_errno=True)
toolcore = ctypes.CDLL("libxentoolcore.so.1", use_errno=True)

HANDLE = ctypes.c_void_p
PORT = ctypes.c_uint32
NUMBER = ctypes.c_uint
SIGNATURES = {
    "xenevtchn_open": (HANDLE, [ctypes.c_void_p, NUMBER]),
    "xenevtchn_fdopen": (HANDLE, [ctypes.c_void_p, ctypes.c_int, NUMBER]),
    "xenevtchn_close": (ctypes.c_int, [HANDLE]),
    "xenevtchn_fd": (ctypes.c_int, [HANDLE]),
    "xenevtchn_notify": (ctypes.c_int, [HANDLE, PORT]),
    "xenevtchn_bind_unbound_port": (ctypes.c_int, [HANDLE, ctypes.c_uint32]),
    "xenevtchn_bind_interdomain": (ctypes.c_int, [HANDLE, ctypes.c_uint32, PORT]),
    "xenevtchn_bind_virq": (ctypes.c_int, [HANDLE, NUMBER]),
    "xenevtchn_unbind": (ctypes.c_int, [HANDLE, PORT]),
    "xenevtchn_pending": (ctypes.c_int, [HANDLE]),
    "xenevtchn_unmask": (ctypes.c_int, [HANDLE, PORT]),
    "xenevtchn_restrict": (ctypes.c_int, [HANDLE, ctypes.c_uint16]),
    "xentoolcore_restrict_all": (ctypes.c_int, [ctypes.c_uint16]),
}
# What handles are restricted to: not our own domain.
ONLY_DOMAIN = 77
called = set()


def call(name, *arguments):
    """Calls the function; returns what it answered."""
    if name not in called:
        called.add(name)
        print("called", name, flush=True)
    function = getattr(toolcore if name.startswith("xentoolcore") else library, name)
    function.restype, function.argtypes = SIGNATURES[name]
    ctypes.set_errno(0)
    return function(*arguments)


def must(name, *arguments):
    """Calls a function that must not fail."""
    answer = call(name, *arguments)
    if answer is None or answer < 0:
        raise OSError(ctypes.get_errno(), f"{name}{arguments}: {os.strerror(ctypes.get_errno())}")
    return answer


def must_fail(error, name, *arguments):
    """Calls a function that must fail with this errno."""
    answer = call(name, *arguments)
    if answer not in (-1, None) or ctypes.get_errno() != error:
        got = errno.errorcode.get(ctypes.get_errno())
        raise AssertionError(f"{name}{arguments}: {answer}, {got} instead of {errno.errorcode[error]}")


def equal(got, wanted):
    """Fails unless both are the same."""
    if got != wanted:
        raise AssertionError(f"{got} instead of {wanted}")


def take(handle, port):
    """Waits with epoll, takes the event of this port, and enables the port again."""
    with select.epoll() as epoll:
        fd = must("xenevtchn_fd", handle)
        epoll.register(fd, select.EPOLLIN)
        equal(epoll.poll(10), [(fd, select.EPOLLIN)])
    equal(must("xenevtchn_pending", handle), port)
    equal(must("xenevtchn_unmask", handle, port), 0)


def in_child(body):
    """Runs the body in a child process, which must end well."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(30)
            body()
        except BaseException as error:  # the child must not go on as its parent
            os.write(2, f"child: {error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)


domain = int(sys.argv[1])
must_fail(errno.EINVAL, "xenevtchn_open", None, 2)
back = must("xenevtchn_open", None, 0)
front = must("xenevtchn_open", None, 1)
equal(fcntl.fcntl(must("xenevtchn_fd", back), fcntl.F_GETFD), fcntl.FD_CLOEXEC)
equal(fcntl.fcntl(must("xenevtchn_fd", front), fcntl.F_GETFD), 0)

port = must("xenevtchn_bind_unbound_port", back, domain)
peer = must("xenevtchn_bind_interdomain", front, domain, port)
take(front, peer)
for _ in range(20):
    must("xenevtchn_notify", back, port)
    take(front, peer)
    must("xenevtchn_notify", front, peer)
    take(back, port)
must_fail(errno.ENOTCONN, "xenevtchn_notify", back, peer)
must_fail(errno.ESRCH, "xenevtchn_bind_interdomain", back, 999, 1)
must_fail(errno.EINVAL, "xenevtchn_bind_interdomain", back, domain, 0)

virq = must("xenevtchn_bind_virq", back, 13)
must_fail(errno.EEXIST, "xenevtchn_bind_virq", front, 13)
must_fail(errno.EINVAL, "xenevtchn_bind_virq", front, 24)
must("xenevtchn_unbind", back, virq)
must_fail(errno.ENOTCONN, "xenevtchn_unbind", back, virq)
must_fail(errno.EINVAL, "xenevtchn_unbind", back, 1 << 30)


def closes_only():
    """All that a child may do with handles it inherited."""
    equal(must("xenevtchn_close", back), 0)
    equal(must("xenevtchn_close", front), 0)


in_child(closes_only)
must("xenevtchn_notify", back, port)
take(front, peer)

must_fail(errno.EINVAL, "xenevtchn_fdopen", None, 0, 1)
adopted = must("xenevtchn_fdopen", None, os.dup(must("xenevtchn_fd", back)), 0)
must("xenevtchn_close", back)
must("xenevtchn_notify", front, peer)
take(adopted, port)

must_fail(errno.EINVAL, "xenevtchn_restrict", adopted, 0)
must("xenevtchn_restrict", adopted, ONLY_DOMAIN)
must_fail(errno.EACCES, "xenevtchn_restrict", adopted, ONLY_DOMAIN)
must_fail(errno.EACCES, "xenevtchn_bind_unbound_port", adopted, ONLY_DOMAIN)
must_fail(errno.EACCES, "xenevtchn_bind_virq", adopted, 13)
must_fail(errno.EACCES, "xenevtchn_bind_interdomain", adopted, domain, port)
must("xenevtchn_notify", adopted, port)
take(front, peer)
must("xenevtchn_close", adopted)
must("xenevtchn_close", front)


def restricts_all():
    """Every handle of the process at once."""
    handles = [must("xenevtchn_open", None, 0) for _ in range(3)]
    equal(must("xentoolcore_restrict_all", ONLY_DOMAIN), 0)
    for handle in handles:
        must_fail(errno.EACCES, "xenevtchn_bind_unbound_port", handle, ONLY_DOMAIN)
        must("xenevtchn_close", handle)


in_child(restricts_all)
print("ok")
