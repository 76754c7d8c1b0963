"""What was measured, and on which machine: a Markdown table for people, JSON for programs."""

import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys

# Above this share of the cores somebody else is at work.
BUSY = 0.25


def _output(*words):
    try:
        result = subprocess.run(words, capture_output=True, text=True, timeout=60)
        return (result.stdout + result.stderr).strip()
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return ""


def _processor():
    try:
        with open("/proc/cpuinfo") as file:
            found = re.search(r"model name\s*: (.*)", file.read())
        return found.group(1) if found else platform.machine()
    except FileNotFoundError:
        return platform.machine()


def machine(home):
    """Facts without which figures say little. Call it before anything runs."""
    java = re.search(r'"([^"]+)"', _output("sh", "-c", f'. "{home}/bin/mansio-java.sh"; "$java" -version'))
    mansio = _output(str(home / "bin/mansio"), "version")
    postfix = _output("postconf", "-d", "-h", "mail_version")
    dovecot = _output("dovecot", "--version")
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) // 1024
    load = os.getloadavg()[0]
    facts = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memoryMiB": memory,
        "kernel": platform.release(),
        "java": java.group(1) if java else "",
        "mansio": mansio.splitlines()[-1] if mansio else "",
        "postfix": postfix.splitlines()[-1] if postfix else "",
        "dovecot": dovecot.split()[0] if dovecot else "",
        "loadAverageBefore": round(load, 2),
        "calm": load < BUSY * os.cpu_count(),
    }
    if not facts["calm"]:
        print(f"the machine is busy, load average {load:.1f}: figures say little", file=sys.stderr)
    return facts


def median(values):
    return statistics.median_low(sorted(values))


def table(header, rows):
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


class Results:
    """Of one benchmark."""

    def __init__(self, name, home, work, options):
        self.name = name
        self.folder = work.parent / "results"
        self.facts = machine(home)
        self.options = options
        self.data = {}
        self._texts = []

    def text(self, text):
        """Something to read, printed at once."""
        print(text, flush=True)
        self._texts.append(text)

    def write(self):
        """Both files; where they are is printed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = re.sub(r"[^0-9T]", "", self.facts["date"].split("+")[0])
        base = self.folder / f"{self.name}-{stamp}"
        document = {"benchmark": self.name, "machine": self.facts, "options": self.options} | self.data
        base.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n")
        facts = self.facts
        head = (
            f"# {self.name}, {facts['date']}\n\n{facts['cores']} cores ({facts['processor']}), {facts['memoryMiB']} MiB,"
            f" Linux {facts['kernel']}, Java {facts['java']}; load average before: {facts['loadAverageBefore']}\n\n"
        )
        base.with_suffix(".md").write_text(head + "\n\n".join(self._texts) + "\n")
        print(f"\n{base}.md, {base}.json")
