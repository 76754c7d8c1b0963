"""Servers in turn, in the same run: warmed, then one after the other, as often as asked for."""

import os
import time
from dataclasses import dataclass, field
from typing import Callable

from measuring.processes import Peak
from measuring.results import median, table

# What a server still does after its last mail, such as tidying its queue, is part of its CPU.
SETTLING = 1.0


@dataclass
class Contender:
    """
    A server with what loads it.

    await_mails: waits until so many mails have arrived where they belong, all runs together; when the last of them did, by
    the monotonic clock.
    """

    name: str
    server: object
    load: object
    await_mails: Callable[[int], float]
    tools_cpu: Callable[[], float] = lambda: 0.0
    warm_up: int = 1000
    arrived: int = 0
    runs: list = field(default_factory=list)

    def run(self, mails):
        """One run. What it took, as numbers."""
        os.sync()
        cpu, tools = self.server.cpu(), self.tools_cpu()
        with Peak(self.server.pid) as peak:
            report = self.load.run(mails)
            self.arrived += report["acknowledged"]
            last = self.await_mails(self.arrived)
            time.sleep(SETTLING)
        tools = self.tools_cpu() - tools + report["cpuSeconds"]
        accepted = report["acknowledged"]
        return {
            "mails": mails,
            "acknowledged": accepted,
            "endToEndPerSecond": round(accepted / max(last - report["start"], 1e-9), 1),
            "acceptedPerSecond": round(accepted / max(report["end"] - report["start"], 1e-9), 1),
            "cpuSecondsPer1000": round((self.server.cpu() - cpu) * 1000 / mails, 3),
            "toolsCpuSecondsPer1000": round(tools * 1000 / mails, 3),
            "processes": peak.processes,
            "residentMiB": peak.resident,
            "proportionalMiB": peak.proportional,
        }


def compare(contenders, mails, runs):
    """Warms all of them, then measures them in turn. By name: cold, and each run."""
    cold = {c.name: c.run(max(mails, c.warm_up)) for c in contenders}
    for number in range(runs):
        for contender in contenders:
            contender.runs.append(contender.run(mails))
            last = contender.runs[-1]
            print(
                f"  {contender.name}, run {number + 1}: {last['endToEndPerSecond']:.0f} mails/s,"
                f" {last['cpuSecondsPer1000']:.2f} CPU s per 1,000",
                flush=True,
            )
    return {
        c.name: {"warmUp": cold[c.name], "runs": c.runs, "median": medians(c.runs)} for c in contenders
    }


def medians(runs):
    return {key: median([run[key] for run in runs]) for key in runs[0]}


HEADER = [
    "mails",
    "server",
    "end to end, mails/s",
    "accepted, mails/s",
    "CPU s per 1,000",
    "tools' CPU s per 1,000",
    "resident MiB",
    "proportional MiB",
]


def rows(label, compared):
    """Of a table: the medians of each, and how they compare with the first of the others."""
    lines = []
    for name, values in compared.items():
        m = values["median"]
        lines.append([
            label,
            name,
            f"{m['endToEndPerSecond']:.0f}",
            f"{m['acceptedPerSecond']:.0f}",
            f"{m['cpuSecondsPer1000']:.2f}",
            f"{m['toolsCpuSecondsPer1000']:.2f}",
            m["residentMiB"],
            m["proportionalMiB"],
        ])
    if len(compared) > 1:
        first, second = (values["median"] for values in list(compared.values())[:2])
        lines.append([
            label,
            "ratio",
            ratio(first, second, "endToEndPerSecond"),
            ratio(first, second, "acceptedPerSecond"),
            ratio(first, second, "cpuSecondsPer1000"),
            "",
            ratio(first, second, "residentMiB"),
            ratio(first, second, "proportionalMiB"),
        ])
    return lines


def ratio(first, second, key):
    return f"{first[key] / second[key]:.2f}" if second[key] else ""


def print_table(results, lines):
    results.text(table(HEADER, lines))
