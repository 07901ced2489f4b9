"""What is said to the person at the terminal. Everything goes to stderr: stdout belongs to the commands' results."""

import sys
import time

_START = time.monotonic()


class Failure(Exception):
    """A failure whose text is all the user needs to read."""


def step(text):
    """Say what begins now, and how many seconds have passed since the command was started."""
    say(f"{time.monotonic() - _START:6.0f} s  {text}")


def warn(text):
    say(f"WARNING: {text}")


def say(text=""):
    print(text, file=sys.stderr, flush=True)
