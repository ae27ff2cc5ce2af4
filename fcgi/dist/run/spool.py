#!/usr/bin/python3
"""A mail server for trying things out: files every mail it is given as a file, Maildir style.

    spool.py FOLDER PORT_FILE

Listens on a free port of 127.0.0.1, which PORT_FILE then holds, and writes FOLDER/tmp/NAME, then
renames it to FOLDER/new/NAME, so that a file in new/ is always whole.
"""

import itertools
import os
import signal
import socket
import sys
import time

from aiosmtpd.controller import Controller


class Spool:
    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count()
        for name in ("tmp", "new"):
            os.makedirs(os.path.join(folder, name), mode=0o700, exist_ok=True)

    async def handle_DATA(self, server, session, envelope):
        name = f"{time.time_ns()}.{os.getpid()}.{next(self.numbers)}.eml"
        aside = os.path.join(self.folder, "tmp", name)
        try:
            with open(aside, "xb") as file:
                file.write(envelope.original_content)
            os.rename(aside, os.path.join(self.folder, "new", name))
        except OSError as error:
            if os.path.exists(aside):
                os.unlink(aside)
            return f"452 4.3.1 {error.strerror}"  # to be tried again: the disk is full, say
        return "250 filed"


def hold_port():
    """A port that is bound and not listened at: nobody else gets it, and we may listen there."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def write_whole(path, text):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(text)
    os.rename(path + ".new", path)


def main():
    folder, port_file = sys.argv[1], sys.argv[2]
    held = hold_port()
    port = held.getsockname()[1]
    controller = Controller(Spool(folder), hostname="127.0.0.1", port=port)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    controller.start()
    held.close()
    write_whole(port_file, str(port))
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main()
