"""Child processes: short ones that must succeed, long ones that are attended until they end, and stop signals."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

from .settings import ROOT
from .ui import Failure, say


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or a request to stop from outside."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum


def _stop(signum, _frame):
    raise Interrupted(signum)


def handle_stop_signals():
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _stop)


@contextmanager
def undisturbed():
    """Let clean-up come to its end: further stop signals are not heard."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(signum, lambda *_: None) for signum in signals]
    try:
        yield
    finally:
        for signum, handler in zip(signals, before, strict=True):
            signal.signal(signum, handler)


def run(command, *, what=None, **options):
    """Run a short command quietly; when it fails, show the end of what it said. Returns its stdout."""
    command = [str(part) for part in command]
    done = subprocess.run(
        command,
        check=False,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        **options,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise Failure(f"{what or ' '.join(command[:6])} failed (exit code {done.returncode}):\n{said}")
    return done.stdout


def signal_child(child, signum, group):
    try:
        if group:
            os.killpg(child.pid, signum)
        else:
            child.send_signal(signum)
    except ProcessLookupError:
        pass


def end(child, group=True, patience=30):
    """Wait for a child that was told to stop; insist when it does not."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            child.wait(patience)
            break
        except subprocess.TimeoutExpired:
            signal_child(child, signum, group)
            patience = 5
    child.wait()


def attend(command, *, env, stdin=None, stdout=None, stderr=None):
    """Run a long command to its end and return its exit code. A stop signal is handed on once, and the child may
    finish its own clean-up. At a terminal the child stays in the foreground (debuggers read the keyboard)."""
    terminal = sys.stdin is not None and sys.stdin.isatty() and stdin is None
    child = subprocess.Popen(
        [str(part) for part in command],
        env=env,
        cwd=ROOT,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        process_group=None if terminal else 0,
    )
    try:
        return child.wait()
    except Interrupted as stop:
        with undisturbed():
            if not terminal or stop.signum != signal.SIGINT:  # the terminal itself sends Ctrl-C to both
                signal_child(child, signal.SIGINT, not terminal)
            end(child, group=not terminal)
        raise


@contextmanager
def end_all(children):
    """Leave no child behind when a stop signal or an error ends the block."""
    try:
        yield
    finally:
        with undisturbed():
            running = [child for child in children if child.poll() is None]
            for child in running:
                signal_child(child, signal.SIGINT, True)
            for child in running:
                end(child)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def report_stop(stop):
    say(f"stopped by {signal.Signals(stop.signum).name}")
    return 128 + stop.signum
