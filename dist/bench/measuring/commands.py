"""What the command lines of the benchmarks have in common."""

import argparse
import signal
import sys
from contextlib import ExitStack

WARM_UP = 120_000
POINTS = [(2048, 20, 10_000), (2048, 100, 10_000), (51_200, 20, 5_000)]


def parser(text):
    result = argparse.ArgumentParser(description=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    result.add_argument(
        "--runs", type=positive, default=3, help="measured runs of each, of which the median counts"
    )
    return result


def comparing(text, points=None):
    """For benchmarks that measure servers in turn at points."""
    result = parser(text)
    result.add_argument(
        "points",
        nargs="*",
        type=point,
        metavar="SIZE:SESSIONS:MAILS",
        default=points or POINTS,
        help="what is sent in a run",
    )
    warming(result)
    result.add_argument("--alone", action="store_true", help="without the other servers")
    result.add_argument(
        "--tools", choices=["mansio", "postfix"], default="mansio", help="whose generator and sink"
    )
    return result


def warming(result, most=WARM_UP):
    """The option of all that loads a JVM before it measures it."""
    result.add_argument(
        "--warm-up",
        type=natural,
        default=most,
        metavar="MAILS",
        help="at most so many before Mansio's first run; fewer when its CPU per mail settles, 0 for a cold one",
    )


def natural(text):
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return number


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def point(text):
    """SIZE:SESSIONS:MAILS"""
    parts = text.split(":")
    if len(parts) != 3:
        raise argparse.ArgumentTypeError(f"{text} is not SIZE:SESSIONS:MAILS")
    try:
        size, sessions, mails = (positive(part) for part in parts)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not SIZE:SESSIONS:MAILS in whole numbers") from None
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
