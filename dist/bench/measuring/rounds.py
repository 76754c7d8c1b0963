"""Servers in turn, in the same run: warmed, then one after the other, as often as asked for."""

import os
import sys
import time
from dataclasses import dataclass, field

from measuring.processes import Peak
from measuring.results import median, table

# What a server still does after its last mail, such as tidying its queue, is part of its CPU.
SETTLING = 1.0
# A JVM is warm when so many successive rounds differ by less than this share in CPU per mail.
WARM = 0.05
WARM_ROUNDS = 4
# Mails of a warming round: some hundred ticks of the clock that CPU is counted by.
WARM_ROUND = 5_000
# Of what warms it before the first point: a change of point brings little that the compiler has not seen.
FURTHER_POINTS = 4


@dataclass
class Contender:
    """
    A server with what loads it.

    arrivals: where its mail goes. received() says how many mails are there, await_mails(count) waits for so many and says
    when the last of them came, by the monotonic clock in seconds.
    """

    name: str
    server: object
    load: object
    arrivals: object
    warmed: list = field(default_factory=list)
    settled: bool = True
    runs: list = field(default_factory=list)

    def run(self, mails):
        """One run. What it took, as numbers."""
        os.sync()
        there = self.arrivals.received()
        cpu, tools = self.server.cpu(), self.arrivals.cpu()
        with Peak(self.server.pid) as peak:
            report = self.load.run(mails)
            accepted = report["acknowledged"]
            last = self.arrivals.await_mails(there + accepted)
            time.sleep(SETTLING)
        if accepted < mails:
            print(f"  {self.name}: only {accepted} of {mails} mails were taken", file=sys.stderr)
        tools = self.arrivals.cpu() - tools + report["cpuSeconds"]
        verdict = report.get("verdictLatency", {})
        return {
            "mails": mails,
            "acknowledged": accepted,
            "endToEndPerSecond": round(accepted / max(last - report["start"], 1e-9), 1),
            "acceptedPerSecond": round(accepted / max(report["end"] - report["start"], 1e-9), 1),
            "verdictP50Millis": verdict.get("p50Millis"),
            "verdictP99Millis": verdict.get("p99Millis"),
            "cpuSecondsPer1000": round((self.server.cpu() - cpu) * 1000 / mails, 3),
            "toolsCpuSecondsPer1000": round(tools * 1000 / mails, 3),
            "processes": peak.processes,
            "residentMiB": peak.resident,
            "proportionalMiB": peak.proportional,
        }

    def warm(self, limit):
        """
        Rounds until CPU per mail settles, of at most so many mails all together; a server that is no JVM gets one round, for
        the disk and the connections.
        """
        self.warmed, self.settled = [], True
        if not getattr(self.server, "warms_up", False):
            self.warmed.append(self.run(max(1, min(WARM_ROUND, limit))))
            return
        if limit == 0:
            return
        size = max(1, min(WARM_ROUND, limit // 2))
        self.settled = False
        while not self.settled and (len(self.warmed) + 1) * size <= limit:
            self.warmed.append(self.run(size))
            self.settled = _settled(self.warmed)

    def warm_up_mails(self):
        return sum(run["mails"] for run in self.warmed)


def _settled(rounds):
    if len(rounds) < WARM_ROUNDS:
        return False
    last = [run["cpuSecondsPer1000"] for run in rounds[-WARM_ROUNDS:]]
    return max(last) - min(last) <= WARM * max(last)


def compare(contenders, mails, runs, warm_up):
    """Warms all of them, then measures them in turn. By name: what warmed it, each run, the medians."""
    for contender in contenders:
        contender.warm(warm_up)
        print(f"  {contender.name}: warmed by {_warming(contender)}", flush=True)
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
        c.name: {
            "warmUpMails": c.warm_up_mails(),
            "settled": c.settled,
            "warmUp": c.warmed,
            "runs": c.runs,
            "median": medians(c.runs),
        }
        for c in contenders
    }


def _warming(contender):
    cpu = ", ".join(f"{run['cpuSecondsPer1000']:.2f}" for run in contender.warmed)
    text = f"{contender.warm_up_mails()} mails" + (f", CPU s per 1,000 in each round: {cpu}" if cpu else "")
    return text if contender.settled else text + ": still not settled"


def medians(runs):
    """Of each number; None where a run doesn't know it."""
    return {
        key: None if any(run[key] is None for run in runs) else median([run[key] for run in runs])
        for key in runs[0]
    }


# Of the table: heading, key of a run, how it is written.
COLUMNS = [
    ("end to end, mails/s", "endToEndPerSecond", "{:.0f}"),
    ("accepted, mails/s", "acceptedPerSecond", "{:.0f}"),
    ("data to 250, median ms", "verdictP50Millis", "{:.1f}"),
    ("p99 ms", "verdictP99Millis", "{:.1f}"),
    ("CPU s per 1,000", "cpuSecondsPer1000", "{:.2f}"),
    ("tools' CPU s per 1,000", "toolsCpuSecondsPer1000", "{:.2f}"),
    ("resident MiB", "residentMiB", "{}"),
    ("proportional MiB", "proportionalMiB", "{}"),
]
# The tools are the same for all, and how they fare is nobody's merit.
NOT_COMPARED = {"toolsCpuSecondsPer1000"}
HEADER = ["mails", "server", *(heading for heading, _, _ in COLUMNS), "warm-up, mails"]


def rows(label, compared):
    """Of a table: the medians of each, and the first one's share of each other's."""
    lines = [
        [label, name, *_cells(values["median"]), _warm_up_cell(values)] for name, values in compared.items()
    ]
    (first, ours), *others = compared.items()
    for name, theirs in others:
        ratios = [_ratio(ours["median"], theirs["median"], key) for _, key, _ in COLUMNS]
        lines.append([label, f"{first} : {name}", *ratios, ""])
    return lines


def _cells(values):
    return ["" if values[key] is None else form.format(values[key]) for _, key, form in COLUMNS]


def _warm_up_cell(values):
    return f"{values['warmUpMails']}" + ("" if values["settled"] else ", not settled")


def _ratio(ours, theirs, key):
    return f"{ours[key] / theirs[key]:.2f}" if key not in NOT_COMPARED and ours[key] and theirs[key] else ""


class Comparison:
    """All points of a benchmark, as a table and in the JSON."""

    def __init__(self, results, runs, warm_up):
        self.results, self.runs, self.warm_up = results, runs, warm_up
        self.results.data["points"] = []
        self._lines = []
        self._warmed = set()

    def measure(self, point, contenders, kind=""):
        """point: SIZE, SESSIONS, MAILS. kind: what is done with the mails, when a benchmark has several."""
        size, sessions, mails = point
        label = f"{kind + ', ' if kind else ''}{size} octets, {sessions} sessions"
        print(f"{label}, {mails} mails a run", flush=True)
        servers = {contender.server for contender in contenders}
        warm_up = self.warm_up // FURTHER_POINTS if servers <= self._warmed else self.warm_up
        self._warmed |= servers
        compared = compare(contenders, mails, self.runs, warm_up)
        facts = {"kind": kind} if kind else {}
        facts |= {"size": size, "sessions": sessions, "mails": mails, "servers": compared}
        self.results.data["points"].append(facts)
        self._lines += rows(label, compared)

    def write(self):
        self.results.text(table(HEADER, self._lines))
        self.results.write()
