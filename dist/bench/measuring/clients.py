"""
Clients that connect, say EHLO and then nothing, in a process of their own, since each connection is an open file.

python3 -m measuring.clients KIND PORT COUNT FIRST, with the folder above this one as the working directory. KIND is plain,
tls (from the first octet, RFC 8314) or dripping (a plain one that sends an octet a second); FIRST is how many clients other
processes hold. Prints the seconds that opening took; keeps them until standard input ends; then prints how many the server
has closed meanwhile.
"""

import select
import socket
import ssl
import sys
import time

# Clients of one address: below the limits that servers have.
PER_ADDRESS = 50
PATIENCE = 300
DRIP_SECONDS = 1.0


def source(number):
    """127.1.0.1 and on, so that neither ports nor limits by address run out."""
    address = number // PER_ADDRESS
    return f"127.{1 + address // 62_500}.{address // 250 % 250}.{1 + address % 250}"


def trusting():
    """Any certificate will do: it is the server's own, and nothing secret goes over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def reply(connection):
    """All lines of a reply (RFC 5321 §4.2)."""
    text = b""
    while True:
        octets = connection.recv(4096)
        if not octets:
            raise SystemExit(f"the server closed a connection after {text!r}")
        text += octets
        if text.endswith(b"\n") and text.splitlines()[-1][3:4] != b"-":
            return text


def opened(port, number, tls):
    """A connection whose greeting and answer to EHLO have come."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE, (source(number), 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls:
        connection = tls.wrap_socket(connection)
    greeting = reply(connection)
    if not greeting.startswith(b"220 "):
        raise SystemExit(f"no greeting: {greeting!r}")
    connection.sendall(b"EHLO idle.example\r\n")
    answer = reply(connection)
    if not answer.startswith(b"250"):
        raise SystemExit(f"no answer to EHLO: {answer!r}")
    return connection


def keep(connections, dripping):
    """Until standard input ends."""
    due = time.monotonic()
    while not select.select([sys.stdin], [], [], DRIP_SECONDS)[0]:
        if dripping and time.monotonic() >= due:
            due += DRIP_SECONDS
            connections = [connection for connection in connections if dripped(connection)]
    return connections


def dripped(connection):
    try:
        connection.send(b"x")
        return True
    except OSError:
        return False


def is_there(connection):
    connection.setblocking(False)
    try:
        return bool(connection.recv(4096))
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False


def main():
    kind, port, count, first = sys.argv[1], *map(int, sys.argv[2:])
    tls = trusting() if kind == "tls" else None
    began = time.monotonic()
    connections = [opened(port, first + number, tls) for number in range(count)]
    print(f"{time.monotonic() - began:.3f}", flush=True)
    connections = keep(connections, kind == "dripping")
    print(count - sum(map(is_there, connections)), flush=True)


if __name__ == "__main__":
    main()
