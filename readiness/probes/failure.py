"""Why a connection came to nothing, in one clause, and whose it is: theirs (failed) or ours (error)."""

import errno
import ssl
from typing import Literal, NamedTuple

from readiness.probes.guard import TargetRefused
from readiness.probes.network_policy import Unresolvable

# The target may be well; this machine could not get out.
_OURS = {
    errno.EACCES: "this machine may not connect there",
    errno.EPERM: "this machine may not connect there",
    errno.ENETUNREACH: "this machine has no network to reach it by",
    errno.ENETDOWN: "this machine's network is down",
    errno.EADDRNOTAVAIL: "this machine has no address to connect from",
    errno.EAFNOSUPPORT: "this machine does not speak that kind of address",
    errno.EMFILE: "this machine has too many files open",
    errno.ENFILE: "this machine has too many files open",
    errno.ENOBUFS: "this machine is out of memory for connections",
}
_THEIRS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection closed without an answer",
    errno.EPIPE: "connection closed without an answer",
    errno.ENOTCONN: "connection closed without an answer",
    errno.ECONNABORTED: "connection closed without an answer",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ETIMEDOUT: "no answer to the connection",
}


class Failure(NamedTuple):
    state: Literal["failed", "error"]
    fact: str


def explained(problem: BaseException, *, looking_up: bool = False, seconds: float = 0) -> Failure:
    """`problem` as raised by `Context.endpoints`, a socket or `ssl`; a timeout came after `seconds`."""
    match problem:
        case TargetRefused():
            return Failure("error", f"not checked: {problem}")
        case Unresolvable():
            return Failure("error", str(problem))
        case TimeoutError() if looking_up:
            return Failure("error", f"DNS gave no answer within {seconds:g} s")
        case TimeoutError() if problem.errno is None:
            return Failure("failed", f"no answer within {seconds:g} s")
        case ssl.SSLCertVerificationError():
            return Failure("failed", f"certificate not trusted: {problem.verify_message.rstrip('.')}")
        case ssl.SSLError():
            return Failure("failed", f"TLS handshake failed: {_reason(problem)}")
        case OSError() if problem.errno in _OURS:
            return Failure("error", _OURS[problem.errno])
        case OSError() if problem.errno in _THEIRS:
            return Failure("failed", _THEIRS[problem.errno])
    return Failure(
        "failed", f"cannot connect: {problem}" if str(problem) else "connection closed without an answer"
    )


def _reason(problem: ssl.SSLError) -> str:
    return (problem.reason or problem.strerror or "no reason given").lower().replace("_", " ")
