"""Logs written by the writer itself, and effects that fail, stop or are lost: for tests of crashes."""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.verify import Verification, verify
from dpa_guard.evidence.write import LogPlace, Run, RunStart, begin
from dpa_guard.evidence.write.create import create
from dpa_guard.evidence.write.effects import Effects

ORIGIN = "evidence.example/fictional/ci-1"
START = RunStart(
    kind="plan",
    agreement={"id": "A-1", "sha256": "0" * 64},
    documents=[{"file": "signed.pdf", "sha256": "1" * 64, "at_hand": "unread"}],
    versions={"dpa_guard": "0", "gazetteer": "2" * 64, "extensions": {"terraform": "0"}},
    scope=["command-line"],
    assume={"aws": "eu-central-1"},
    allow_incomplete="",
)


def clock() -> datetime:
    return datetime.now(UTC)


def new_log(folder: Path) -> tuple[LogPlace, VerifierKey]:
    """Make a log in ``folder/log``, and return it with its key."""
    place = LogPlace.at(folder / "log")
    return place, create(place, ORIGIN)


def finding(number: int, name: str = "") -> dict[str, Any]:
    """The fields of one finding."""
    return {
        "rule": "transfer-outside-eu",
        "article": "3.1",
        "verdict": "pass",
        "resource": {
            "id": name or f"aws_s3_bucket.b[{number}]",
            "instance": None,
            "kind": "aws_s3_bucket",
            "service": "s3",
            "class": "stores",
            "provider": "aws",
            "partition": "aws",
            "account": "",
            "source": "tfplan.json",
        },
        "party": None,
        "locations": [
            {"role": "primary", "code": "eu-west-1", "countries": ["IE"], "extent": "exact", "basis": "declared"}
        ],
        "reason": {"code": "inside", "params": {"places": "eu-west-1"}},
        "cure": "",
    }


def record_run(place: LogPlace, findings: int = 3, effects: Effects | None = None) -> Run:
    """Record one whole run."""
    run = begin(place, START, clock, effects=effects)
    for number in range(findings):
        run.append("finding", finding(number))
    run.commit(0, {"transfer-outside-eu": {"pass": findings}})
    return run


def verified(place: LogPlace, key: VerifierKey) -> Verification:
    """Verify, and demand that it holds."""
    found = verify(place.folder, [key])
    assert found.status == "verified", found.faults
    return found


class Stepping(Effects):
    """Calls ``at`` with the number of each effect, from 1, before it happens."""

    def __init__(self, at: Callable[[int, str], None]) -> None:
        self._at = at
        self.steps = 0

    def _step(self, name: str) -> None:
        self.steps += 1
        self._at(self.steps, name)

    def make_folder(self, path: Path, mode: int) -> None:
        self._step("make_folder")
        super().make_folder(path, mode)

    def create(self, path: Path, mode: int) -> int:
        self._step("create")
        return super().create(path, mode)

    def append(self, file: int, data: bytes) -> None:
        self._step("append")
        super().append(file, data)

    def truncate(self, file: int, length: int) -> None:
        self._step("truncate")
        super().truncate(file, length)

    def sync(self, file: int) -> None:
        self._step("sync")
        super().sync(file)

    def rename(self, source: Path, target: Path) -> None:
        self._step("rename")
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        self._step("unlink")
        super().unlink(path)

    def sync_folder(self, path: Path) -> None:
        self._step("sync_folder")
        super().sync_folder(path)


def full_from(number: int) -> Stepping:
    """A disk that is full from the numbered effect on: nothing more can be written, names can still be taken away."""

    def at(step: int, name: str) -> None:
        if step >= number and name in {"make_folder", "create", "append"}:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return Stepping(at)


class PowerCut(BaseException):
    """The power is gone: nothing of the program runs any more."""


class Power(Stepping):
    """A disk that loses what was not synced when the power is cut, in any combination and order across folders."""

    def __init__(self, cut_at: int | None = None) -> None:
        def at(step: int, _name: str) -> None:
            if step == cut_at:
                raise PowerCut

        super().__init__(at)
        self._names: list[tuple[Path, Callable[[], None]]] = []
        self._bytes: list[tuple[int, Callable[[random.Random], None]]] = []

    def lose(self, choose: random.Random) -> None:
        """Undo a random part of what was not durable, the newest first."""
        for _, undo in reversed(self._bytes):
            if choose.random() < 0.6:
                undo(choose)
        for _, take_back in reversed(self._names):
            if choose.random() < 0.6:
                take_back()
        self._names, self._bytes = [], []

    def make_folder(self, path: Path, mode: int) -> None:
        there = path.is_dir()
        super().make_folder(path, mode)
        if not there:
            self._names.append((path.parent, lambda: shutil.rmtree(path, ignore_errors=True)))

    def create(self, path: Path, mode: int) -> int:
        file = super().create(path, mode)
        self._names.append((path.parent, lambda: path.unlink(missing_ok=True)))
        return file

    def append(self, file: int, data: bytes) -> None:
        status = os.fstat(file)
        path = Path(os.readlink(f"/proc/self/fd/{file}"))
        super().append(file, data)

        def undo(choose: random.Random) -> None:
            for found in path.parent.glob("*"):
                if found.is_file() and found.stat().st_ino == status.st_ino:
                    kept = status.st_size + choose.randrange(len(data) + 1)
                    os.truncate(found, min(kept, found.stat().st_size))

        self._bytes.append((status.st_ino, undo))

    def sync(self, file: int) -> None:
        super().sync(file)
        inode = os.fstat(file).st_ino
        self._bytes = [entry for entry in self._bytes if entry[0] != inode]

    def rename(self, source: Path, target: Path) -> None:
        before = target.read_bytes() if target.exists() else None
        super().rename(source, target)

        def undo() -> None:
            if target.exists() and source.parent.is_dir():
                os.replace(target, source)
            if before is not None and target.parent.is_dir():
                target.write_bytes(before)

        self._names.append((target.parent, undo))

    def unlink(self, path: Path) -> None:
        before = path.read_bytes() if path.exists() else None
        super().unlink(path)
        if before is not None:
            content = before

            def undo() -> None:
                if path.parent.is_dir() and not path.exists():
                    path.write_bytes(content)
                    path.chmod(0o600)

            self._names.append((path.parent, undo))

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self._names = [entry for entry in self._names if entry[0] != path]
