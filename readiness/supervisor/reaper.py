"""The process that ends this one's children should this one be killed."""

import subprocess
import sys
from typing import Self

from readiness.supervisor import reaper_program


class Reaper:
    """Knows the process groups that live; leaving the context ends those that were not released."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", reaper_program.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def adopt(self, group: int) -> None:
        self.tell(f"+{group}")

    def release(self, group: int) -> None:
        self.tell(f"-{group}")

    def tell(self, line: str) -> None:
        if self.process.stdin and self.process.poll() is None:
            self.process.stdin.write(f"{line}\n")
