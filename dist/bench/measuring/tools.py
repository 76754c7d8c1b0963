"""What loads a server and what takes its mail: our own, or those of Postfix."""

import json
import os
import re
import shutil
import subprocess
import threading
import time

from measuring.processes import cpu_seconds, end, free_port, until

START_LIMIT = 60
RUN_LIMIT = 3600


class Sink:
    """bin/mansio-sink in a process of its own, for all runs: it stays warm."""

    name = "mansio-sink"

    def __init__(self, home, report, *options, address="127.0.0.1:0"):
        self.report_file = report
        self._progress = {"mails": 0, "distinct": 0, "lastNanos": 0}
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [home / "bin/mansio-sink", "--progress", "--report", report, *options, address],
            stdout=subprocess.PIPE,
            text=True,
        )
        first = self.process.stdout.readline()
        if "listening on" not in first:
            raise SystemExit("mansio-sink did not start")
        self.port = int(first.rsplit(":", 1)[1])
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self._progress = json.loads(line)
                self._changed.notify_all()

    def received(self):
        """How many mails, each counted once."""
        with self._changed:
            return self._progress["distinct"]

    def await_mails(self, count, seconds=RUN_LIMIT):
        """Waits until so many are there; when the last of them came, by the monotonic clock."""
        with self._changed:
            there = self._changed.wait_for(lambda: self._progress["distinct"] >= count, seconds)
            if not there:
                raise SystemExit(f"{self._progress['distinct']} of {count} mails arrived in {seconds} s")
            return self._progress["lastNanos"] / 1e9

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        """Its report."""
        end(self.process)
        if not self.report_file.exists():
            return {}
        return json.loads(self.report_file.read_text())


class Load:
    """bin/mansio-load in a process of its own, for all runs against one server."""

    def __init__(self, home, port, *options):
        self.process = subprocess.Popen(
            [home / "bin/mansio-load", "--repeat", *map(str, options), f"127.0.0.1:{port}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, mails):
        """Sends so many; the report, with "start" and "end" by the monotonic clock in seconds."""
        self.process.stdin.write(f"{mails}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("mansio-load ended")
        report = json.loads(line)
        if "error" in report:
            raise SystemExit(f"mansio-load: {report['error']}")
        report["start"] = report["startNanos"] / 1e9
        report["end"] = report["endNanos"] / 1e9
        return report

    def stop(self):
        self.process.stdin.close()
        end(self.process)


class SmtpSink:
    """smtp-sink of Postfix."""

    name = "smtp-sink"

    def __init__(self, *options):
        self.port = free_port()
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self._count = 0
        self._last = 0.0
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            ["smtp-sink", "-c", *user, *options, f"127.0.0.1:{self.port}", "1024"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        tail = b""
        while octets := os.read(self.process.stdout.fileno(), 1 << 16):
            now = time.monotonic()
            # It writes the total again and again, each with a carriage return behind it.
            tail = (tail + octets)[-200:]
            totals = re.findall(rb"mesg=(\d+)[\r\n]", tail)
            with self._changed:
                if totals and int(totals[-1]) > self._count:
                    self._count, self._last = int(totals[-1]), now
                    self._changed.notify_all()

    def received(self):
        with self._changed:
            return self._count

    def await_mails(self, count, seconds=RUN_LIMIT):
        with self._changed:
            if not self._changed.wait_for(lambda: self._count >= count, seconds):
                raise SystemExit(f"{self._count} of {count} mails arrived in {seconds} s")
            return self._last

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        end(self.process)
        return {}


class SmtpSource:
    """smtp-source of Postfix: for each run a process for each recipient, which share the sessions and the mails."""

    def __init__(self, port, sessions, size, recipients, lmtp=False):
        self._sessions = sessions
        self._recipients = recipients
        self._words = ["-4", "-d", "-l", size, "-M", "load.example", "-f", "sender@load.example"]
        self._words += ["-L"] if lmtp else []
        self._target = f"127.0.0.1:{port}"

    def run(self, mails):
        before = os.times()
        start = time.monotonic()
        shares = [
            (recipient, _share(mails, len(self._recipients), i), _share(self._sessions, len(self._recipients), i))
            for i, recipient in enumerate(self._recipients)
        ]
        processes = [self._start(*share) for share in shares if share[1]]
        try:
            codes = [process.wait(RUN_LIMIT) for process in processes]
        finally:
            for process in processes:
                end(process)
        stopped = time.monotonic()
        if any(codes):
            raise SystemExit(f"smtp-source ended with {max(codes, key=abs)}")
        after = os.times()
        cpu = after.children_user + after.children_system
        cpu -= before.children_user + before.children_system
        return {"start": start, "end": stopped, "acknowledged": mails, "mails": mails, "cpuSeconds": cpu}

    def _start(self, recipient, mails, sessions):
        words = [*self._words, "-t", recipient, "-m", mails, "-s", max(1, sessions), self._target]
        return subprocess.Popen(["smtp-source", *map(str, words)])

    def stop(self):
        pass


def _share(whole, parts, number):
    """Of the part with this number, when the parts are as equal as can be."""
    return whole // parts + (1 if number < whole % parts else 0)


class Mailboxes:
    """Maildir folders that mail arrives in."""

    LIMIT = 600

    def __init__(self, folders):
        self._folders = folders

    def received(self):
        return sum(len(os.listdir(folder)) for folder in self._folders if folder.is_dir())

    def await_mails(self, count):
        looked = 0.0

        def there():
            nonlocal looked
            looked = time.monotonic()
            return self.received() >= count

        until(there, self.LIMIT, f"{count} mails are in the mailboxes")
        return looked

    def cpu(self):
        return 0.0


class Nowhere:
    """Where nothing has to arrive: a mail counts when it was accepted."""

    def received(self):
        return 0

    def await_mails(self, _):
        return time.monotonic()

    def cpu(self):
        return 0.0


class Toolbox:
    """The generators and sinks of one benchmark, ours or those of Postfix; all are stopped with the stack."""

    def __init__(self, stack, home, work, whose):
        self._stack, self._home, self._work = stack, home, work
        self._postfix = whose == "postfix"
        if self._postfix and not (shutil.which("smtp-source") and shutil.which("smtp-sink")):
            raise SystemExit("--tools postfix: smtp-source and smtp-sink are not on the PATH (Debian: postfix)")

    def sink(self, name, lmtp=False):
        if self._postfix:
            made = SmtpSink(*(["-L"] if lmtp else []))
        else:
            made = Sink(self._home, self._work / f"{name}-sink.json", *(["--lmtp"] if lmtp else []))
        return self._opened(made)

    def load(self, port, point, lmtp=False, users=None):
        """users: (how many, their domain), who get the mails in turn; None: one recipient elsewhere."""
        size, sessions, _ = point
        count, domain = users or (1, "sink.example")
        if self._postfix:
            to = [f"user{number}@{domain}" for number in range(count)]
            return self._opened(SmtpSource(port, sessions, size, to, lmtp))
        words = ["-d", "-s", sessions, "-l", size, "--to", f"user%@{domain}", "--numbers", count]
        return self._opened(Load(self._home, port, *words, *(["--lmtp"] if lmtp else [])))

    def _opened(self, tool):
        self._stack.callback(tool.stop)
        return tool
