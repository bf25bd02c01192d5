"""cancel.py FILE.parquet [SECONDS...]: how long Ctrl-C takes to come out of `resolve`, so many seconds after its beginning."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import light_cdp as cdp

stage = "read"


def progress(name: str, done: int, total: int) -> None:
    global stage
    stage = name


for after in [float(word) for word in sys.argv[2:]] or [1.0, 4.0, 8.0]:
    sent = [0.0]

    def press(after: float = after, sent: list[float] = sent) -> None:
        time.sleep(after)
        sent[0] = time.perf_counter()
        os.kill(os.getpid(), signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    try:
        cdp.resolve(sys.argv[1], progress=progress)
        presser.join()
        print(f"{after} s: it had ended")
    except KeyboardInterrupt:
        print(f"{after} s, {stage}: {1000 * (time.perf_counter() - sent[0]):.0f} ms, {threading.active_count()} threads left")
        presser.join()
