"""Starting other programs so that none of them is ever left behind; locks; temporary folders."""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
# Looked up here, before any fork: the child between fork and exec must not import anything.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def die_with_parent(signum: int = signal.SIGTERM) -> Callable[[], None]:
    """A preexec_fn: the kernel sends `signum` to the child when this process ends, even by kill -9.

    Start the child from the main thread: the kernel watches the thread that started it.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, signum)
            if os.getppid() != parent:  # the parent ended before the line above
                os.kill(os.getpid(), signum)

    return ask_the_kernel


class Child:
    """A program in a process group of its own that ends with us, together with all it started."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: IO[bytes],
        cwd: Path,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            pass_fds=pass_fds,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )

    @property
    def ended_with(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what is at hand, take nothing new."""
        if self.ended_with is None:
            self._process.terminate()

    def wait_or_kill(self, until: float) -> None:
        """Wait until the monotonic moment `until`, then end the whole group, come what may."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Also when it ended by itself: what it started may still be there.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def stop_all(children: Sequence[Child], seconds: float = 25) -> None:
    """Stop the children together, politely at first; none is left when this returns."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + seconds
    for child in children:
        child.wait_or_kill(until)


def try_lock(path: Path) -> IO[str] | None:
    """Hold the file's lock as long as the returned file stays open; None if another process has it.

    The kernel gives the lock back when the process ends, however it ends.
    """
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A folder for this block only. Clears also those that killed runs left: nobody holds their lock."""
    for old in Path(tempfile.gettempdir()).glob(f"{prefix}*/lock"):
        with contextlib.suppress(OSError):
            if lock := try_lock(old):
                shutil.rmtree(old.parent, ignore_errors=True)
                lock.close()
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    # Made and locked under another name first, so that nobody clears the folder in between.
    lock = try_lock(folder / "new")
    (folder / "new").rename(folder / "lock")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock:
            lock.close()
