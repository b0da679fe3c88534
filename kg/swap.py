"""Files and folders put in another's place at one moment, and what broken-off attempts left."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.errors import StoreError

_HERE_FOLDER = -100  # AT_FDCWD: paths are taken as they are
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM}


def write_whole(path: Path, data: bytes) -> None:
    """A file's new content, swapped in at once; StoreError says why it cannot be written."""
    with replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of another when it is whole, and vanishes when it is not.

    What processes that are no more had begun to write there is removed. StoreError says why it
    cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in _left_beside(path):
            left.unlink(missing_ok=True)
        handle, beside = tempfile.mkstemp(prefix=_beside(path), dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, 0o644)
            os.replace(beside, path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error


def folder_beside(path: Path) -> Path:
    """A new, empty folder next to a path; those of processes that are no more are removed.

    Its name holds this machine's name and the process id, so that nothing needs a lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in _left_beside(path):
        _clear(left, path)
    return Path(tempfile.mkdtemp(prefix=_beside(path), dir=path.parent))


def _beside(path: Path) -> str:
    """How the name of what this process writes beside a path begins."""
    return f".{path.name}-{_host()}-{os.getpid()}-"


def _left_beside(path: Path) -> Iterator[Path]:
    """What processes of this machine that are no more left beside a path."""
    begin = f".{path.name}-{_host()}-"
    for left in path.parent.glob(glob.escape(begin) + "*"):
        if not _is_alive(left.name.removeprefix(begin).partition("-")[0]):
            yield left


def swap_in(new: Path, path: Path) -> None:
    """Put a folder at a path. What stood there is afterwards where the new one was.

    Linux and macOS exchange the two at one moment. Where the system or the file system cannot,
    the path is empty for as long as a second renaming takes.
    """
    if not path.exists():
        with contextlib.suppress(FileExistsError, NotADirectoryError):
            return _move(new, path)
    if not _exchanged(new, path):
        old = new.with_name(new.name + "-old")
        os.rename(path, old)
        os.rename(new, path)
        os.rename(old, new)


def _move(new: Path, path: Path) -> None:
    try:
        os.rename(new, path)
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:  # another process was quicker
            raise FileExistsError from error
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system exchanged two folders."""
    if sys.platform not in ("linux", "darwin"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    ends = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = library.renamex_np(*ends, _SWAP)
    elif hasattr(library, "renameat2"):
        failed = library.renameat2(_HERE_FOLDER, ends[0], _HERE_FOLDER, ends[1], _SWAP)
    else:
        return False
    if failed and ctypes.get_errno() not in _CANNOT:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return not failed


def _host() -> str:
    return "".join(char for char in socket.gethostname() if char.isalnum()) or "here"


def _is_alive(process: str) -> bool:
    """Whether a process of this machine is running; unsure means yes."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        return True
    return True


def _clear(left: Path, path: Path) -> None:
    """Remove what a dead process left, or put back the store that it had moved aside."""
    if left.name.endswith("-old") and not path.exists():
        os.rename(left, path)
    else:
        shutil.rmtree(left, ignore_errors=True)
