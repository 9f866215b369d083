# SPDX-License-Identifier: BSD-2-Clause
"""Something that stands still, for a program to write to."""
import contextlib
import os
import pathlib


class Pipe:
    """A named pipe with a reader that does not read."""

    def __init__(self, path: pathlib.Path, stack: contextlib.ExitStack) -> None:
        os.mkfifo(path)
        path.chmod(0o666)
        self.path = path
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        stack.callback(os.close, self.reader)
        self.writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        stack.callback(os.close, self.writer)

    def fill(self) -> None:
        for size in (4096, 1):
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(self.writer, b"x" * size)
