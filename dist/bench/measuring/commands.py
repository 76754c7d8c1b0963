"""What the command lines of the benchmarks have in common."""

import argparse
import signal
import sys
from contextlib import ExitStack


def parser(text):
    result = argparse.ArgumentParser(description=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    result.add_argument("--runs", type=int, default=3, help="measured runs of each, of which the median counts")
    return result


def point(text):
    """SIZE:SESSIONS:MAILS"""
    size, sessions, mails = (int(part) for part in text.split(":"))
    return size, sessions, mails


def run(main):
    """Runs it with a stack of what has to be stopped, whatever ends it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        main(stack)


def started(stack, server):
    """Starts a server that is stopped at the end."""
    stack.callback(server.stop)
    server.start()
    return server


def opened(stack, tool):
    """A tool that is stopped at the end."""
    stack.callback(tool.stop)
    return tool
