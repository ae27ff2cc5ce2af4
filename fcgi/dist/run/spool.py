#!/usr/bin/python3
"""A mail server for trying things out: files every mail it is given as a file, Maildir style.

    spool.py PORT FOLDER

Listens on 127.0.0.1:PORT and writes FOLDER/tmp/NAME, then renames it to FOLDER/new/NAME, so that a
file in new/ is always whole.
"""

import itertools
import os
import signal
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
        with open(aside, "xb") as file:
            file.write(envelope.original_content)
        os.rename(aside, os.path.join(self.folder, "new", name))
        return "250 filed"


def main():
    port, folder = int(sys.argv[1]), sys.argv[2]
    controller = Controller(Spool(folder), hostname="127.0.0.1", port=port)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main()
