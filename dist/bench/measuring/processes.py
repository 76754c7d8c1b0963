"""Processes of this machine: what they cost, and how they end. Linux only."""

import os
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024


def free_port(host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def _stat(pid):
    """Parent, and CPU ticks with those of ended children that it waited for."""
    with open(f"/proc/{pid}/stat") as file:
        # The name in parentheses may hold anything.
        fields = file.read().rpartition(")")[2].split()
    return int(fields[1]), sum(int(ticks) for ticks in fields[11:15])


def _tree(root):
    """Of each process of the tree: its ticks."""
    stats = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                stats[int(name)] = _stat(name)
            except (FileNotFoundError, ProcessLookupError):
                continue  # Ended meanwhile.
    tree = {root} if root in stats else set()
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in stats.items() if parent in tree and pid not in tree}
        tree |= more
        grown = bool(more)
    return {pid: stats[pid][1] for pid in tree}


def cpu_seconds(root):
    """CPU of a process and all below it, ended ones too: their parents waited for them."""
    return sum(_tree(root).values()) / TICKS


def memory(root):
    """(processes, resident MiB, proportional MiB) of a process and all below it."""
    count = resident = proportional = 0
    for pid in _tree(root):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                values = dict(line.split()[:2] for line in file if line.startswith(("Rss:", "Pss:")))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        count += 1
        resident += int(values.get("Rss:", 0))
        proportional += int(values.get("Pss:", 0))
    return count, resident // MIB, proportional // MIB


class Peak:
    """The most memory that a tree had while this was open, looked at each half second."""

    INTERVAL = 0.5

    def __init__(self, root):
        self.root = root
        self.processes, self.resident, self.proportional = memory(root)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _watch(self):
        while not self._ended.wait(self.INTERVAL):
            values = memory(self.root)
            self.processes = max(self.processes, values[0])
            self.resident = max(self.resident, values[1])
            self.proportional = max(self.proportional, values[2])


def until(condition, seconds, what, interval=0.05):
    """Waits for a condition; its value when it holds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise SystemExit(f"after {seconds} s still not: {what}")
        time.sleep(interval)


def end(process, seconds=60):
    """SIGTERM, and SIGKILL when that isn't enough."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
