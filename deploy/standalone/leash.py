"""Starts a program that ends when its parent does, however the parent ends: ``leash.py PARENT SIGNAL USER PROGRAM…``.

A program of its own, because the bond must be made after the change of user (which would loosen it) and between fork
and exec, where a Python process that has threads can do nothing safely.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1
"""Source: linux/prctl.h."""


def main(parent: str, signal: str, user: str, *command: str) -> None:
    """Become *command*, as *user* (``-``: as we are), bound to process *parent* by *signal*."""
    if user != "-":
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):  # it ended before the bond was made
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - becoming that program is all this one is for


if __name__ == "__main__":
    main(*sys.argv[1:])
