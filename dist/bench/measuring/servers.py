"""The servers that are measured, each with a configuration of its own below the work folder, on loopback ports."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from measuring.processes import cpu_seconds, end, free_port, until

START_LIMIT = 300
BENCH = Path(__file__).resolve().parent.parent


def work_folder(name):
    """An empty folder for one benchmark; below $BENCH_DIR when it is set."""
    standard = BENCH.parent / "target/bench" if (BENCH.parent / "pom.xml").exists() else Path("mansio-bench")
    folder = Path(os.environ.get("BENCH_DIR", standard)).absolute() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Other servers give up their rights and must still reach their folders.
    folder.chmod(0o755)
    return folder


def installation(work):
    """The unpacked tarball that this file is in; in the sources, that of the last build."""
    home = BENCH.parent
    if (home / "lib").is_dir() and (home / "bin/mansio-load").exists():
        return home
    archives = sorted(home.glob("target/mansio-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    # Not the archive that holds a Java runtime besides.
    archives = [file for file in archives if "linux" not in file.name]
    if not archives:
        raise SystemExit("no tarball: mvn -DskipTests package")
    subprocess.run(["tar", "xzf", archives[-1], "-C", work], check=True)
    return next(work.glob("mansio-*"))


def is_running(pid_file):
    """Whether the process of a pid file, which may outlive it, is there."""
    return pid_file.exists() and Path("/proc", pid_file.read_text().strip()).exists()


class Mansio:
    """bin/mansio run."""

    name = "mansio"
    # Its code is compiled while it runs.
    warms_up = True

    def __init__(self, home, work, **environment):
        self.home = home
        self.folder = work / "mansio"
        shutil.copytree(home / "conf", self.folder / "conf")
        self.smtp = free_port()
        self.lmtp = free_port()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("MANSIO_")}
        # The machine's own settings would change what is measured; the JVM's options may be tried out.
        if "MANSIO_JAVA_OPTS" in os.environ:
            self.environment["MANSIO_JAVA_OPTS"] = os.environ["MANSIO_JAVA_OPTS"]
        self.environment |= {
            "MANSIO_BIND": "127.0.0.1",
            "MANSIO_HOSTNAME": "mx.bench.example",
            "MANSIO_SMTP_PORT": str(self.smtp),
            "MANSIO_LMTP_PORT": str(self.lmtp),
            "MANSIO_SUBMISSION_PORT": "0",
            "MANSIO_SUBMISSIONS_PORT": "0",
            "MANSIO_ODMR_PORT": "0",
            "MANSIO_RELAY_NETWORKS": "127.0.0.0/8",
            "MANSIO_DATA": str(self.data),
        } | environment
        self.process = None

    @property
    def data(self):
        return self.folder / "data"

    def set(self, file, pattern, replacement):
        """Changes a setting in a file of the configuration."""
        path = self.folder / "conf" / file
        text, count = re.subn(pattern, replacement, path.read_text(), count=1)
        if count == 0:
            raise SystemExit(f"{file} holds no {pattern}")
        path.write_text(text)

    def keep_deferred(self):
        """What can't be delivered at once isn't tried again for as long as a benchmark runs."""
        for name, value in [("firstBackOff", "12h"), ("longestBackOff", "1d"), ("retrySchedule", "1d")]:
            self.set("queue.xml", f"<{name}>.*?</{name}>", f"<{name}>{value}</{name}>")

    def start(self):
        """Starts it. Seconds until it is ready."""
        began = time.monotonic()
        out = self.folder / "out"
        folders = ["--conf", self.folder / "conf", "--data", self.data, "--logs", self.folder / "logs"]
        with out.open("w") as file:
            self.process = subprocess.Popen(
                [self.home / "bin/mansio", "run", *folders],
                stdout=file,
                stderr=subprocess.STDOUT,
                env=self.environment,
            )

        def ready():
            if self.process.poll() is not None:
                raise SystemExit(f"mansio did not start:\n{out.read_text()}")
            return re.search(r"^Mansio .* ready$", out.read_text(), re.MULTILINE)

        until(ready, START_LIMIT, "mansio is ready", interval=0.01)
        return time.monotonic() - began

    @property
    def pid(self):
        return self.process.pid

    def ctl(self, *words, text=""):
        """Runs mansioctl. Its output."""
        result = subprocess.run(
            [self.home / "bin/mansioctl", "--data", self.data, *words],
            input=text,
            capture_output=True,
            text=True,
            env=self.environment,
        )
        if result.returncode != 0:
            raise SystemExit(f"mansioctl {' '.join(words)}: {result.stderr or result.stdout}")
        return result.stdout

    def counts(self):
        """Entries of the queue by state."""
        return {row["state"]: row["count"] for row in json.loads(self.ctl("queue", "count", "--json"))}

    def add_users(self, domain, count):
        """user0 and on."""
        self.ctl("domain", "add", domain)
        for number in range(count):
            self.ctl("user", "add", f"user{number}@{domain}", text="a password of the bench\n")

    def maildirs(self, domain, count):
        return [self.data / f"mail/{domain}/user{n}/Maildir/new" for n in range(count)]

    def cpu(self):
        return cpu_seconds(self.pid)

    def stop(self):
        """Seconds that it took."""
        began = time.monotonic()
        if self.process:
            end(self.process)
        return time.monotonic() - began

    def kill(self):
        self.process.kill()
        self.process.wait()


class Postfix:
    """Postfix as a relay, tuned for it; never the machine's own. Needs root."""

    name = "postfix"

    MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/queue/maillog
maillog_file_prefixes = {folder}
myhostname = mx.bench.example
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = none
smtp_tls_security_level = none
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_connection_cache_on_demand = yes
default_process_limit = 150
initial_destination_concurrency = 20
default_destination_concurrency_limit = 50
qmgr_message_active_limit = 20000
in_flow_delay = 0
{onward}
"""

    def __init__(self, work, onward):
        self.folder = work / "postfix"
        self.smtp = free_port()
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "etc/main.cf").write_text(self.MAIN.format(folder=self.folder, onward=onward))
        services = Path("/usr/share/postfix/master.cf.dist").read_text()
        services = re.sub(r"(?m)^smtp +inet .*", f"127.0.0.1:{self.smtp} inet n - n - - smtpd", services)
        # No change of root: the queue has no files for it.
        services = re.sub(r"(?m)^(\w\S* +\S+ +\S+ +\S+ +)y", r"\1n", services)
        if not re.search(r"(?m)^postlog", services):
            services += "postlog unix-dgram n - n - 1 postlogd\n"
        (self.folder / "etc/master.cf").write_text(services)

    @staticmethod
    def available():
        return os.getuid() == 0 and shutil.which("postfix") is not None

    def _command(self, word):
        result = subprocess.run(
            ["postfix", "-c", self.folder / "etc", word], capture_output=True, text=True
        )
        if result.returncode != 0:
            raise SystemExit(f"postfix {word}: {result.stderr}")

    def start(self):
        began = time.monotonic()
        self._command("start")
        return time.monotonic() - began

    @property
    def pid(self):
        return int((self.folder / "queue/pid/master.pid").read_text())

    def cpu(self):
        return cpu_seconds(self.pid)

    def stop(self):
        if is_running(self.folder / "queue/pid/master.pid"):
            self._command("stop")


class Dovecot:
    """Dovecot's LMTP server into Maildir. Needs root."""

    name = "dovecot"

    CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = lmtp
listen = 127.0.0.1
ssl = no
mail_location = maildir:~/Maildir
# As Mansio's store: the message and the folder's entry are on the disk before the reply. "always" syncs its indices as well.
mail_fsync = optimized
first_valid_uid = 1
lmtp_save_to_detail_mailbox = no
default_client_limit = 4000
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n allow_all_users=yes
}}
service lmtp {{
  process_limit = 150
  process_min_avail = 20
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
}}
service stats {{
  client_limit = 4000
}}
"""

    def __init__(self, work):
        self.folder = work / "dovecot"
        self.lmtp = free_port()
        (self.folder / "run").mkdir(parents=True)
        (self.folder / "mail").mkdir()
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "mail", "mail", "mail")
        self._file = self.folder / "dovecot.conf"
        self._file.write_text(self.CONFIGURATION.format(folder=self.folder, port=self.lmtp))

    @staticmethod
    def available():
        return os.getuid() == 0 and shutil.which("dovecot") is not None

    def start(self):
        began = time.monotonic()
        out = self.folder / "out"
        # A file and no pipe: the daemon keeps it open, and a pipe would have no end.
        with out.open("w") as file:
            code = subprocess.run(["dovecot", "-c", self._file], stdout=file, stderr=file).returncode
        if code != 0:
            raise SystemExit(f"dovecot: {out.read_text()}")
        until((self.folder / "run/master.pid").exists, START_LIMIT, "dovecot runs")
        return time.monotonic() - began

    @property
    def pid(self):
        return int((self.folder / "run/master.pid").read_text())

    def maildirs(self, domain, count):
        return [self.folder / f"mail/user{n}/Maildir/new" for n in range(count)]

    def cpu(self):
        return cpu_seconds(self.pid)

    def stop(self):
        if is_running(self.folder / "run/master.pid"):
            subprocess.run(["doveadm", "-c", self._file, "stop"], check=False)
