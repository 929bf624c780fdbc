"""Runs a program at a terminal of its own, for a test to be the person at it.

usage: at_terminal.py COLUMNS ROWS PROGRAM [ARGS...]

Reads lines of JSON: {"type": TEXT}, {"size": [COLUMNS, ROWS]}, {"signal": NAME} to the program. Writes lines of JSON:
{"out": TEXT} for what the program wrote, {"stopped": true} when it was stopped, and at its end {"end": STATUS, "echo": BOOL,
"canonical": BOOL}, the last two being how it left the terminal. As a shell, it has the terminal show what is typed before
it starts the program.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

signal.alarm(120)


def tell(**what):
    os.write(1, (json.dumps(what) + "\n").encode())


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


columns, rows, *program = sys.argv[1:]
# Open until the end, so that how the terminal was left can be told when nobody else has it any more.
terminal, line = pty.openpty()
resize(terminal, int(columns), int(rows))
pid = os.fork()
if pid == 0:
    os.close(terminal)
    os.setsid()
    fcntl.ioctl(line, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(line, fd)
    os.close(line)
    os.execvp(program[0], program)

woken, wake = os.pipe()
os.set_blocking(wake, False)
signal.set_wakeup_fd(wake)
signal.signal(signal.SIGCHLD, lambda number, frame: None)
asked = b""
sources = [0, terminal, woken]
status = None


def drain():
    """What the program has written and nobody has read yet."""
    text = b""
    while select.select([terminal], [], [], 0)[0]:
        text += os.read(terminal, 65536)
    return text


# Bytes of a character that has not come whole.
partial = b""


def show(data):
    global partial
    data = partial + data
    for kept in range(4):
        try:
            text = data[: len(data) - kept].decode()
        except UnicodeDecodeError:
            continue
        partial = data[len(data) - kept :]
        if text:
            tell(out=text)
        return
    raise ValueError(f"not UTF-8: {data!r}")


while status is None:
    ready = select.select(sources, [], [])[0]
    if terminal in ready:
        show(os.read(terminal, 65536))
    if woken in ready:
        os.read(woken, 100)
        while True:
            changed, how = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
            if changed == 0:
                break
            if os.WIFSTOPPED(how):
                show(drain())
                tell(stopped=True)
                continue
            status = how
            break
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            sources.remove(0)
        asked += data
        while b"\n" in asked:
            request, asked = asked.split(b"\n", 1)
            what = json.loads(request)
            if "type" in what:
                os.write(terminal, what["type"].encode())
            elif "size" in what:
                resize(terminal, *what["size"])
            else:
                os.kill(pid, getattr(signal, what["signal"]))

show(drain())
flags = termios.tcgetattr(line)[3]
tell(
    end=os.waitstatus_to_exitcode(status),
    echo=bool(flags & termios.ECHO),
    canonical=bool(flags & termios.ICANON),
)
