"""How many files this process, and what it starts, may have open: each connection is one."""

import resource

# Of a server besides what idles: libraries, the queue, new connections, those of the mails that go through it.
OTHERS = 700


def allow(connections, what):
    """Lets so many connections be open in each process to come; ends the benchmark when the system forbids it."""
    needed = connections + OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, needed))
        except (ValueError, OSError):
            raise SystemExit(
                f"{what}: {needed} open files are needed ({connections} connections and {OTHERS} others), but the hard limit"
                f" is {hard}: raise it (nofile in limits.conf, LimitNOFILE of a service, --ulimit of a container), or ask"
                f" for at most {max(0, hard - OTHERS)} connections in all"
            ) from None
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
