"""The walk through a log: checkpoints, runs, tiles, in the order that ``verify`` numbers."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from dpa_guard.evidence import canonical, checkpoint, tree
from dpa_guard.evidence.checkpoint import Checkpoint
from dpa_guard.evidence.errors import EvidenceError
from dpa_guard.evidence.note import LONGEST_NOTE, VerifierKey
from dpa_guard.evidence.tiles import FULL_LENGTH, RightEdge, Tile, tiles_of
from dpa_guard.evidence.verify.files import LogFiles, RunFile, list_files
from dpa_guard.evidence.verify.findings import Remark, Verification
from dpa_guard.evidence.verify.lines import lines_of
from dpa_guard.evidence.verify.run_rules import Erasure, Run

_CHUNK = 1 << 20
_TOLD_EVERY = 4096


class LogCheck:
    """One verification of one log."""

    def __init__(
        self,
        folder: Path,
        keys: tuple[VerifierKey, ...],
        known: tuple[Checkpoint, ...],
        since: Checkpoint | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._since = since
        self._progress = progress or (lambda _read, _size: None)
        self._keys = keys
        self._known = known
        self._asked = {kept.size for kept in known}
        self.found = Verification(pinned=bool(keys))
        self._folder = folder
        self._files = LogFiles(folder)
        self._signed: dict[int, Checkpoint] = {}
        self._edge = RightEdge()
        self._roots: dict[int, bytes] = {0: tree.EMPTY_ROOT}
        """Size → root at every run's border, and at the sizes somebody knows."""
        self._read: set[Tile] = set()
        self._ids: set[str] = set()
        self._agreement = ""
        self._time = ""
        self._placeholders: list[Erasure] = []
        self._announced: set[tuple[int, str]] = set()
        self._blobs: set[str] = set()

    def run(self) -> Verification:
        """Take the steps."""
        found = self.found
        self._files = list_files(self._folder, found)
        self._checkpoints()
        if not self._signed:
            if not found.faults:
                found.fault(
                    "checkpoint", "no-checkpoint", "there is no checkpoint: this is no log, or its head was removed"
                )
            return found
        head = max(self._signed)
        found.size, found.origin = head, self._signed[head].origin
        found.root = self._signed[head].root
        self._lagging(head)
        self._runs(head)
        self._tiles(head)
        self._references()
        self._kept_elsewhere()
        self._limits()
        return found

    # -- 2, 3: checkpoints ------------------------------------------------------------------------------------------

    def _checkpoints(self) -> None:
        paths = dict(sorted(self._files.checkpoints.items()))
        for size, path in paths.items():
            read = self._checkpoint(path)
            if read is None:
                continue
            if read.size != size:
                self.found.fault(path, "checkpoint-name", f"it is of size {read.size}, and its name says {size}")
            elif self._signed and read.origin != next(iter(self._signed.values())).origin:
                self.found.fault(path, "checkpoint-origin", "it is of another log than the ones before it")
            else:
                self._signed[size] = read

    def _checkpoint(self, path: str) -> Checkpoint | None:
        try:
            data = self._files.read(path, LONGEST_NOTE)
            if self._keys:
                return checkpoint.open_signed(data, self._keys)
            return checkpoint.read(data)[0]
        except EvidenceError as error:
            self.found.fault(path, error.code, error.message)
            return None

    def _lagging(self, head: int) -> None:
        """Hold ``checkpoint`` against the kept ones: it is one of them, byte for byte, the newest or an older one."""
        if not self._files.has_checkpoint:
            self.found.fault("checkpoint", "no-checkpoint", "the newest checkpoint is missing")
            return
        newest = self._checkpoint("checkpoint")
        if newest is None:
            return
        kept = self._files.checkpoints.get(newest.size)
        try:
            same = kept is not None and self._files.read(kept, LONGEST_NOTE) == self._files.read(
                "checkpoint", LONGEST_NOTE
            )
        except EvidenceError:
            same = False
        if not same:
            self.found.fault("checkpoint", "checkpoint-not-kept", f"checkpoints/ does not hold it (size {newest.size})")
        elif newest.size < head:
            text = (
                f"checkpoint not yet published: a commit was interrupted after signing (size {newest.size} of {head})"
            )
            self.found.notes.append(Remark("not-published", text))

    # -- 4, 5: runs and the tree ------------------------------------------------------------------------------------

    def _runs(self, head: int) -> None:
        expected = self._resumed(head)
        for file in self._files.runs:
            if file.first < expected and self._read_before(file):
                continue
            if file.first >= head:
                self._beyond(file, head)
                continue
            if file.first != expected:
                what = "a run is missing before it" if file.first > expected else "it overlaps the run before it"
                self.found.fault(
                    file.path, "run-place", f"expected its first record to be {expected}: {what}", expected
                )
                return
            end = self._run(file)
            if end is None:
                return
            expected = end
            self._border(file, expected, head)
        if expected != head:
            self.found.fault(
                f"checkpoints/{head:020}",
                "records-missing",
                f"the runs end at record {expected}, the head has {head}",
                expected,
            )

    def _resumed(self, head: int) -> int:
        """Take the tree up at the checkpoint of the earlier verification; return the first record to read, else 0."""
        since = self._since
        if since is None or since.size > head or since.origin != self.found.origin:
            return 0
        try:
            edge = RightEdge.resume(since.size, lambda tile: self._files.read(tile.path, FULL_LENGTH))
        except EvidenceError as error:
            self.found.fault("tile", error.code, f"the tiles of size {since.size}: {error.message}")
            return 0
        if edge.root() != since.root:
            self.found.fault(
                "tile", "REWRITTEN", f"REWRITTEN: the tiles do not give the root that was known at size {since.size}"
            )
            return 0
        self._edge = edge
        self._roots[since.size] = since.root
        self._borders_before(since.size)
        self._read.update(tiles_of(since.size))
        if since.size:
            self.found.not_checked.append(f"records before {since.size}: read at the earlier verification")
        return since.size

    def _borders_before(self, size: int) -> None:
        """Each run that was read before must still be there: one begins at every kept checkpoint's size."""
        begun = {file.first for file in self._files.runs if file.first < size}
        for border in sorted({kept for kept in self._signed if kept < size} ^ begun):
            self.found.fault("runs", "run-place", "expected a run that begins where a kept checkpoint ends", border)

    def _read_before(self, file: RunFile) -> bool:
        """Was the run read when the checkpoint was kept, to which this verification goes back?"""
        return (
            self._since is not None and file.first < self._since.size and self._roots.get(self._since.size) is not None
        )

    def _beyond(self, file: RunFile, head: int) -> None:
        if file.first == head and not any(note.code == "not-evidence-yet" for note in self.found.notes):
            text = f"{file.path}: not evidence yet (an interrupted commit; its content was not read)"
            self.found.notes.append(Remark("not-evidence-yet", text))
        else:
            self.found.fault(file.path, "run-place", f"expected no run that begins after record {head}, the head")

    def _run(self, file: RunFile) -> int | None:
        """Read one run and return the size after it; None where it cannot be gone on from here."""
        run = Run(file.run, file.first)
        if file.run in self._ids:
            self.found.fault(file.path, "run-twice", "a run of this id was there before")
        self._ids.add(file.run)
        index = file.first
        try:
            with open(self._files.open(file.path), "rb") as stream:
                for line in lines_of(stream, packed=file.packed):
                    self._line(run, line, index)
                    index += 1
                    if not index % _TOLD_EVERY:
                        self._progress(index, self.found.size)
            run.close()
        except EvidenceError as error:
            self.found.fault(file.path, error.code, error.message, index)
            return None
        except OSError as error:
            self.found.fault(file.path, "file-unreadable", f"cannot be read: {error.strerror}", index)
            return None
        self._closed(run, file)
        return index

    def _line(self, run: Run, line: bytes, index: int) -> None:
        run.take(canonical.decode(line), refers=b'"blob"' in line)
        leaf = tree.leaf_hash(line)
        if run.placeholders and run.placeholders[-1].index == index:
            leaf = bytes.fromhex(run.placeholders[-1].leaf)
        for tile, data in self._edge.append(leaf):
            self._compare(tile, data)
        if self._edge.size in self._asked:
            self._roots[self._edge.size] = self._edge.root()

    def _closed(self, run: Run, file: RunFile) -> None:
        self.found.runs += 1
        if not self._agreement:
            self._agreement = run.agreement
        elif run.agreement != self._agreement:
            self.found.fault(file.path, "run-agreement", "the run is of another agreement than the log", file.first)
        if run.clock_back or run.time < self._time:
            self.found.notes.append(Remark("clock-back", f"{file.path}: the clock went back"))
        self._time = run.time
        if run.tree is not None:
            self._saw(run.tree, file)
        self._placeholders.extend(run.placeholders)
        self._announced.update((one.index, one.leaf) for one in run.announced if one.index < file.first)
        self._blobs.update(run.blobs)

    def _saw(self, seen: tuple[int, bytes], file: RunFile) -> None:
        """The tree that a run saw when it began must be one that was signed."""
        size, root = seen
        kept = self._signed.get(size)
        if size > file.first or kept is None or kept.root != root:
            self.found.fault(file.path, "run-tree", "run.start names a tree that no kept checkpoint has", file.first)

    def _border(self, file: RunFile, size: int, head: int) -> None:
        root = self._roots[size] = self._edge.root()
        kept = self._signed.get(size)
        if kept is None:
            self.found.fault(
                f"checkpoints/{size:020}", "checkpoint-missing", f"the border after {file.path} has none", size
            )
        elif kept.root != root:
            self._root_differs(file, size)
        if size <= head:
            for tile, data in self._edge.partials():
                self._compare(tile, data)

    def _root_differs(self, file: RunFile, size: int) -> None:
        """Name the first record that is not the one signed, where the tiles of that time still tell which."""
        changed = [self._first_changed(tile, data) for tile, data in self._edge.partials() if tile.level == 0]
        changed += [fault.record for fault in self.found.faults if fault.code == "tile-differs"]
        within = [record for record in changed if record is not None and file.first <= record < size]
        text = "not the record that was signed" if within else "the records up to here are not the ones signed"
        self.found.fault(file.path, "root-differs", f"{text} (size {size})", min(within, default=size - 1))

    def _first_changed(self, tile: Tile, data: bytes) -> int | None:
        try:
            there = self._files.read(tile.path, FULL_LENGTH)
        except EvidenceError:
            return None
        return None if there == data else _first_leaf(tile, there, data)

    def _compare(self, tile: Tile, data: bytes) -> None:
        if tile in self._read:
            return
        self._read.add(tile)
        if tile not in self._files.tiles:
            self.found.fault(tile.path, "tile-missing", "a tile that the signed tree has is not there")
            return
        try:
            there = self._files.read(tile.path, FULL_LENGTH)
        except EvidenceError as error:
            self.found.fault(tile.path, error.code, error.message)
            return
        if there != data:
            self.found.fault(
                tile.path, "tile-differs", "its hashes are not those of the records", _first_leaf(tile, there, data)
            )

    def _tiles(self, head: int) -> None:
        """Every tile that was not compared must lie beyond the head."""
        within = set(tiles_of(head))
        before = 0 if self._since is None else self._since.size
        for tile in self._files.tiles:
            smallest = ((tile.index * 256) + tile.width) << (8 * tile.level)
            if smallest <= before and self._since is not None:
                continue
            if tile not in self._read and (smallest <= head or tile in within) and not self.found.faults:
                self.found.fault(tile.path, "tile-unexpected", "no signed tree of this log has this tile")
        borders = set(self._roots)
        for size in self._signed:
            if size not in borders and size > before and not self.found.faults:
                self.found.fault(f"checkpoints/{size:020}", "checkpoint-border", "no run ends at this size")

    # -- 6: what records refer to -----------------------------------------------------------------------------------

    def _references(self) -> None:
        for one in self._placeholders:
            if (one.index, one.leaf) not in self._announced:
                self.found.fault("runs", "record-erased", "a record was erased and no later record says so", one.index)
        for digest in sorted(self._blobs):
            self._blob(digest)
        for digest in sorted(self._files.blobs - self._blobs):
            self.found.notes.append(Remark("blob-unused", f"blob/{digest}: no record refers to it"))
        if self._files.unfinished:
            count = len(self._files.unfinished)
            self.found.notes.append(
                Remark("not-evidence-yet", f".tmp/: {count} file(s) of an interrupted commit, not evidence yet")
            )

    def _blob(self, digest: str) -> None:
        path = f"blob/{digest}"
        if digest not in self._files.blobs:
            self.found.fault(path, "blob-missing", "a record refers to it, and it is not there")
            return
        hashed = sha256()
        try:
            with open(self._files.open(path), "rb") as stream:
                while chunk := stream.read(_CHUNK):
                    hashed.update(chunk)
        except OSError as error:
            self.found.fault(path, "file-unreadable", f"cannot be read: {error.strerror}")
            return
        if hashed.hexdigest() != digest:
            self.found.fault(path, "blob-differs", "its content is not what its name says")

    # -- 7, 8: what somebody kept, and what was not checked ---------------------------------------------------------

    def _kept_elsewhere(self) -> None:
        for kept in self._known:
            name = f"known checkpoint of size {kept.size}"
            if kept.origin != self.found.origin:
                self.found.fault(name, "known-origin", "it is of another log")
            elif kept.size > self.found.size:
                self.found.fault(
                    name, "TRUNCATED", f"TRUNCATED: the log had {kept.size} records, and has {self.found.size} now"
                )
            elif self._roots.get(kept.size) not in (kept.root, None):
                self.found.fault(name, "REWRITTEN", "REWRITTEN: the log's first records are not the ones it had then")
            elif kept.size in self._roots:
                self.found.notes.append(Remark("CONSISTENT", f"CONSISTENT with the {name}"))

    def _limits(self) -> None:
        found = self.found
        if not self._keys:
            found.not_checked.append("signatures: key not pinned")
        if not self._known:
            found.not_checked.append("truncation")
        if self._files.later:
            found.not_checked.append("cosignatures and time-stamps")
        if not found.size:
            found.notes.append(Remark("empty", "empty: no run has been recorded yet"))


def _first_leaf(tile: Tile, there: bytes, data: bytes) -> int | None:
    """Return the record of the first hash that differs, where the tile holds leaves."""
    if tile.level:
        return None
    at = next((at for at in range(0, len(data), 32) if there[at : at + 32] != data[at : at + 32]), 0)
    return tile.index * 256 + at // 32
