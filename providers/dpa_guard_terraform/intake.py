"""From what the command line names to documents: files, folders, pipes and standard input, each read once.

One input is held at a time: a document's bytes are free again when its reader has let go of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from dpa_guard import Note, Refusal
from dpa_guard_terraform.document import Document
from dpa_guard_terraform.recognise import recognise
from dpa_guard_terraform.walk import Candidate, below, os_error, shown

__all__ = ["read"]

Item = Document | Refusal | Note

_STDIN = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_NO_PLAN_AT_ALL = frozenset(
    {"not-a-plan", "not-an-object", "not-json", "malformed-json", "provider-schemas", "validate-output"}
    | {"hcp-api-answer", "looks-like-hcl", "looks-like-yaml", "looks-like-html"}
)
"""What a ``.json`` that merely lies in a given folder may be: a note, not a refusal."""


def read(inputs: Sequence[tuple[str, str]], stdin: Callable[[], bytes] | None) -> Iterator[Document | Refusal | Note]:
    """Yield the documents of all inputs, in order; what cannot be evaluated is a refusal that names the cure.

    ``inputs``: (label, path); path ``-`` is standard input, read through ``stdin``; a folder stands for the plans or
    states below it. Labels come out unique and printable. Plans and states in one call are a refusal, and the later
    kind is not yielded.
    """
    run = _Run(stdin)
    for label, path in inputs:
        if path in _STDIN:
            yield from run.standard_input(shown(label))
        elif _is_folder(path):
            yield from run.folder(shown(label), path)
        else:
            yield from run.file(shown(label), path)


class _Run:
    """What must be known across inputs: which files and labels were seen, and whether they are plans or states."""

    def __init__(self, stdin: Callable[[], bytes] | None) -> None:
        self._stdin = stdin
        self._stdin_read = False
        self._files: dict[tuple[int, int], str] = {}
        self._labels: set[str] = set()
        self._first: tuple[str, bool] | None = None
        self._mixed = False

    def standard_input(self, label: str) -> Iterator[Item]:
        if self._stdin_read:
            yield Refusal(label, "stdin-twice")
            return
        self._stdin_read = True
        try:
            received = self._stdin() if self._stdin is not None else None
        except (OSError, ValueError):  # ValueError: the stream is closed
            received = None
        if received is None:
            yield Refusal(label, "stdin-unavailable")
            return
        yield from self._one_kind(_piped(self._unique(label), received))

    def folder(self, label: str, path: str) -> Iterator[Item]:
        """Read the plans or states below a folder; one that holds none is a refusal."""
        looked_at, answered = 0, False
        for found in below(label, path):
            if isinstance(found, Candidate):
                looked_at += 1
                answered |= yield from self.file(found.label, found.path, named=False)
            else:
                answered |= isinstance(found, Refusal)
                yield found
        if not answered:
            yield Refusal(label, "folder-without-plans", {"files": str(looked_at)})

    def file(self, label: str, path: str, *, named: bool = True) -> Generator[Item, None, bool]:
        """Read one file; ``named``: the user named it, so whatever it is deserves an answer.

        Returns whether it was, or should have been, a plan or a state.
        """
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            yield _unopened(label, error)
            return True
        identity = (status.st_dev, status.st_ino)
        if stat.S_ISREG(status.st_mode) and identity in self._files:
            yield Note("given-twice", label, {"first": self._files[identity]})
            return True
        label = self._files[identity] = self._unique(label)
        received = _received(label, path, status.st_mode)
        if isinstance(received, Refusal):
            yield received
            return True
        strict = named or path.lower().endswith(".tfstate")
        items = list(_piped(label, received) if stat.S_ISFIFO(status.st_mode) else recognise(label, received))
        if not strict and all(isinstance(item, Refusal) and item.code in _NO_PLAN_AT_ALL for item in items):
            yield Note("not-a-plan", label)
            return False
        yield from self._one_kind(items)
        return True

    def _unique(self, label: str) -> str:
        number, unique = 1, label
        while unique in self._labels:
            number += 1
            unique = f"{label} ({number})"
        self._labels.add(unique)
        return unique

    def _one_kind(self, items: Iterable[Item]) -> Iterator[Item]:
        """Let documents pass that are of the first one's kind: a run judges plans, or states."""
        for item in items:
            if not isinstance(item, Document):
                yield item
                continue
            first, states = self._first = self._first or (item.label, _is_state(item))
            if states == _is_state(item):
                yield item
            elif not self._mixed:
                self._mixed = True
                yield Refusal(item.label, "plans-and-states-mixed", {"first": first})


def _is_state(document: Document) -> bool:
    return document.kind in ("state", "tfstate")


def _is_folder(path: str) -> bool:
    try:
        return os.path.isdir(path)
    except ValueError:  # a NUL in the path
        return False


def _received(label: str, path: str, mode: int) -> bytes | Refusal:
    """Read a file or a named pipe to its end; other devices may never end."""
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        return b"" if path == os.devnull else Refusal(label, "not-a-file")
    try:
        with open(path, "rb", buffering=0) as file:
            return file.readall()
    except OSError as error:
        return _unopened(label, error)


def _unopened(label: str, error: OSError | ValueError) -> Refusal:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return Refusal(label, "input-missing")
    return Refusal(label, "input-unreadable", {"error": os_error(error)})


def _piped(label: str, received: bytes) -> Iterator[Item]:
    """Recognise what came through a pipe: nothing at all means that the command before it failed."""
    return iter((Refusal(label, "pipe-empty"),)) if not received else recognise(label, received)
