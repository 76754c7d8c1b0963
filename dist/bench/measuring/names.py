"""A name server for the benchmarks: any host has an MX and an address, by the suffix of its name (RFC 1035)."""

import socket
import struct
import threading

TTL = 86_400
A, SOA, MX, IN = 1, 6, 15, 1
RESPONSE = 0x8580  # A response, authoritative, recursion wanted and available.
NO_SUCH_NAME = 3
# The root's, whose two names and all moments are 0; RFC 2308 §3: the last field and the TTL say how long nothing is there.
AUTHORITY = b"\0" + struct.pack(">HHIHBBIIIII", SOA, IN, TTL, 22, 0, 0, 0, 0, 0, 0, TTL)


class Names:
    """Answers on a loopback port, in a thread of its own."""

    def __init__(self, addresses):
        """addresses: of the mail hosts of all names with a suffix."""
        self.addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                query, peer = self._socket.recvfrom(4096)
            except OSError:
                return  # Stopped.
            if len(query) > 16 and self._is_answered(query):
                self._socket.sendto(self._answer(query), peer)

    def _is_answered(self, query):
        return True

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
            at += 1 + query[at]
        question = query[12 : at + 5]
        kind = struct.unpack(">H", query[at + 1 : at + 3])[0]
        name = ".".join(labels)
        suffix = next((s for s in self.addresses if name.endswith(s)), None)
        answers = []
        if suffix and kind == MX and not name.startswith("mx."):
            host = b"".join(bytes([len(p)]) + p.encode() for p in f"mx{suffix}".split(".")) + b"\0"
            answers.append(struct.pack(">HHHIHH", 0xC00C, MX, IN, TTL, len(host) + 2, 10) + host)
        elif suffix and kind == A and name.startswith("mx."):
            address = socket.inet_aton(self.addresses[suffix])
            answers.append(struct.pack(">HHHIH", 0xC00C, A, IN, TTL, 4) + address)
        flags = RESPONSE if suffix else RESPONSE | NO_SUCH_NAME
        # What isn't there is remembered only with an SOA record beside (RFC 2308 §5).
        authority = [] if answers else [AUTHORITY]
        head = query[:2] + struct.pack(">HHHHH", flags, 1, len(answers), len(authority), 0)
        return head + question + b"".join(answers + authority)

    def stop(self):
        self._socket.close()
