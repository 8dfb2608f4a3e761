from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from radassoc.base.errors import StudyError
from radassoc.study.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from radassoc.study.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_run_is_refused_with_the_holder(tmp_path):
    lock = tmp_path / "out" / ".radassoc" / "lock"
    with locked(lock), pytest.raises(StudyError, match=f"process {os.getpid()}"), locked(lock):
        pass


def test_lock_is_free_afterwards_even_after_an_error(tmp_path):
    lock = tmp_path / "lock"
    with pytest.raises(ValueError), locked(lock):
        raise ValueError
    with locked(lock):
        pass


@pytest.mark.slow
def test_lock_of_a_killed_process_is_taken_over(tmp_path):
    lock = tmp_path / "out" / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StudyError, match=str(holder.pid)), locked(lock):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        time.sleep(0.05)
        with locked(lock):
            assert lock.read_text() == f"{os.getpid()}\n"
    finally:
        holder.kill()
        holder.wait(10)
        holder.stdout.close()
