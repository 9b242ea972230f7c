"""Logs built from scratch as the format says, by other code than the one that writes them: for tests of ``verify``."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from dpa_guard.evidence import keys
from dpa_guard.evidence.note import VerifierKey

ORIGIN = "evidence.example/fictional/ci-1"
TIME = "2026-11-24T09:00:00.000000Z"


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as written there."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


class BuiltLog:
    """A log in a folder, written run by run."""

    def __init__(self, folder: Path, origin: str = ORIGIN) -> None:
        self.folder = folder
        self.key = keys.generate(origin)
        self.origin = origin
        self.leaves: list[bytes] = []
        for name in ("checkpoints", "runs", "tile"):
            (folder / name).mkdir(parents=True)
        self._number = 0
        self.sign()

    @property
    def verifier(self) -> VerifierKey:
        return self.key.verifier

    def add_run(self, records: int = 3, *, packed: bool = False, more: list[dict[str, Any]] | None = None) -> Path:
        """Commit one run of so many records, ``run.start`` and ``run.end`` among them."""
        self._number += 1
        run = f"01990000-0000-7000-8000-{self._number:012x}"
        tree = {"size": len(self.leaves), "root": base64.b64encode(root_of(self.leaves)).decode()}
        inner = (
            [{"event": "note", "kind": "k", "subject": str(n)} for n in range(records - 2)] if more is None else more
        )
        events = [{"event": "run.start", "agreement": {"id": "A-1", "sha256": "0" * 64}, "tree": tree}, *inner]
        counts: dict[str, int] = {}
        for event in [*events, {"event": "run.end"}]:
            counts[event["event"]] = counts.get(event["event"], 0) + 1
        events.append({"event": "run.end", "records": len(events) + 1, "counts": counts, "exit_code": 0})
        lines = [self.line({**event, "run": run, "seq": seq, "time": TIME, "v": 1}) for seq, event in enumerate(events)]
        name = f"{len(self.leaves):020}-{run}.jsonl"
        data = b"".join(line + b"\n" for line in lines)
        path = self.folder / "runs" / (name + (".gz" if packed else ""))
        path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
        self.leaves += [sha256(b"\x00" + line) for line in lines]
        self.sign()
        return path

    @staticmethod
    def line(record: dict[str, Any]) -> bytes:
        return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def checkpoint(self, size: int | None = None) -> bytes:
        """The signed checkpoint of the first ``size`` records."""
        count = len(self.leaves) if size is None else size
        text = f"{self.origin}\n{count}\n{base64.b64encode(root_of(self.leaves[:count])).decode()}\n"
        signature = base64.b64encode(self.key.verifier.id + self.key.sign(text.encode())).decode()
        return f"{text}\n— {self.origin} {signature}\n".encode()

    def sign(self) -> None:
        """Write the tiles and the checkpoint of the tree as it is now."""
        level, hashes = 0, self.leaves
        while hashes:
            for index in range(0, len(hashes), 256):
                part = hashes[index : index + 256]
                suffix = "" if len(part) == 256 else f".p/{len(part)}"
                number = index // 256
                groups = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
                path = self.folder / f"tile/{level}/{groups}{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join(part))
            hashes = [root_of(hashes[at : at + 256]) for at in range(0, len(hashes) - len(hashes) % 256, 256)]
            level += 1
        note = self.checkpoint()
        (self.folder / "checkpoints" / f"{len(self.leaves):020}").write_bytes(note)
        (self.folder / "checkpoint").write_bytes(note)
