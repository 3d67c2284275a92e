"""How processes of this machine come to be cheaply: forked off a server that has imported what takes seconds.

Only on Linux: elsewhere frameworks of the system bear no fork, or there is none, and each process imports for itself.
"""

import importlib
import multiprocessing
import os
import sys

from bloodview.models import store

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What tells libraries how many threads to start, read when they are loaded."""
IMPORTED = ("distributed", "bloodview.batch.running", store.NETWORKS)
"""What every worker needs."""


def start_method() -> str:
    """The way of `multiprocessing` that starts workers here."""
    known = multiprocessing.get_all_start_methods()
    return "forkserver" if sys.platform.startswith("linux") and "forkserver" in known else "spawn"


def start() -> None:
    """Start the server, unless it runs; it imports while the cluster is set up.

    It must never have a second thread, whose locks a fork would leave held for ever: what it loads is told so.
    """
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        multiprocessing.set_forkserver_preload(list(IMPORTED))
        importlib.import_module("multiprocessing.forkserver").ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
