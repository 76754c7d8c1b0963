#!/usr/bin/env python3
"""Sends the messages in a folder with Python's smtplib, several at a time.

send.py PORT CONNECTIONS SENDER RECIPIENT FOLDER
"""

import pathlib
import queue
import smtplib
import sys
import threading


def send_all(port, sender, recipient, waiting, failures):
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as client:
            client.ehlo("client.example.net")
            while True:
                try:
                    file = waiting.get_nowait()
                except queue.Empty:
                    return
                client.sendmail(sender, [recipient], file.read_bytes(), ["BODY=8BITMIME"])
    except Exception as failure:  # Reported by main; a thread has nobody to raise it to.
        failures.append(failure)


def main():
    port, connections, sender, recipient, folder = sys.argv[1:]
    waiting = queue.Queue()
    for file in sorted(pathlib.Path(folder).iterdir()):
        waiting.put(file)
    failures = []
    threads = [
        threading.Thread(target=send_all, args=(int(port), sender, recipient, waiting, failures))
        for _ in range(int(connections))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
