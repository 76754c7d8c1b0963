"""Where a JVM's CPU goes: samples by CPU time (JEP 509), drawn as a flame graph. Linux only."""

import json
import os
import re
import subprocess
from html import escape
from pathlib import Path

SAMPLE = "jdk.CPUTimeSample"
INTERVAL = "5ms"
DEPTH = 96
# Every stack of a virtual thread begins with these, which say nothing.
THREADS = re.compile(r"^(java\.lang\.(Virtual)?Thread|java\.util\.concurrent\.|jdk\.internal\.vm\.Continuation)")
WIDTH, ROW = 1200, 17
# Narrower ones are left out.
NARROWEST = 0.002
COLOURS = [
    ("org.mansio.protocols.smtpclient", "#8fb8de"),
    ("org.mansio.protocols", "#9fd8a4"),
    ("org.mansio.queue", "#f2c57c"),
    ("org.mansio", "#c9b1e0"),
    ("org.apache.activemq", "#e59e6d"),
    ("io.netty", "#b9c4c9"),
    ("", "#e3e3e0"),
]


class Profile:
    """A recording of a process, between entering and leaving."""

    def __init__(self, pid, file):
        self.pid, self.file = pid, Path(file)
        self.bin = Path(os.readlink(f"/proc/{pid}/exe")).parent
        if not (self.bin / "jcmd").exists():
            raise SystemExit(f"a profile needs a server that runs on a JDK with jcmd and jfr: there is none in {self.bin}")

    def __enter__(self):
        events = [f"+{SAMPLE}#enabled=true", f"+{SAMPLE}#throttle={INTERVAL}"]
        self._jcmd("JFR.start", "name=profile", "settings=none", f"filename={self.file}", *events)
        return self

    def __exit__(self, *_):
        self._jcmd("JFR.stop", "name=profile")

    def _jcmd(self, *words):
        subprocess.run([self.bin / "jcmd", str(self.pid), *words], check=True, capture_output=True)

    def stacks(self):
        """Of each sample the methods, the outermost first."""
        command = [self.bin / "jfr", "print", "--json", "--events", SAMPLE, "--stack-depth", str(DEPTH), self.file]
        events = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for event in events["recording"]["events"]:
            trace = event["values"].get("stackTrace")
            if trace:
                yield _named([_method(frame["method"]) for frame in reversed(trace["frames"])])


def _method(method):
    return f"{method['type']['name'].replace('/', '.')}.{method['name']}"


def _named(stack):
    """Without what is below all work of a thread; a stack that is nothing else is the JDK switching between threads."""
    work = next((at for at, name in enumerate(stack) if not THREADS.match(name)), None)
    return ["scheduling", *stack] if work is None else stack[work:]


class _Node:
    def __init__(self):
        self.count, self.callees = 0, {}


def flame_graph(stacks, title):
    """An SVG: as wide as the share of samples that a method and what it calls have, callers below."""
    root = _Node()
    for stack in stacks:
        node = root
        node.count += 1
        for name in stack:
            node = node.callees.setdefault(name, _Node())
            node.count += 1
    depth = _depth(root, root.count)
    height = (depth + 2) * ROW + 24
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="8" y="16" font-size="13">{escape(title)}; {root.count} samples</text>',
    ]
    _draw(root, 0.0, 0, root.count, height, lines)
    lines.append("</svg>\n")
    return "\n".join(lines)


def _depth(node, total):
    wide = [callee for callee in node.callees.values() if callee.count >= NARROWEST * total]
    return 1 + max((_depth(callee, total) for callee in wide), default=0)


def _draw(node, left, level, total, height, lines):
    for name, callee in sorted(node.callees.items()):
        share = callee.count / total
        if share < NARROWEST:
            continue
        x, width, y = left * WIDTH, share * WIDTH, height - (level + 1) * ROW - 4
        colour = next(colour for prefix, colour in COLOURS if name.startswith(prefix))
        label = ".".join(name.split(".")[-2:])
        room = int(width / 6.2)
        shown = label if len(label) <= room else label[: max(0, room - 1)] + "…" if room > 4 else ""
        lines.append(
            f'<g><title>{escape(name)} {share:.1%}</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.3):.1f}"'
            f' height="{ROW - 1}" fill="{colour}"/>'
            + (f'<text x="{x + 3:.1f}" y="{y + 12}">{escape(shown)}</text>' if shown else "")
            + "</g>"
        )
        _draw(callee, left, level + 1, total, height, lines)
        left += share
