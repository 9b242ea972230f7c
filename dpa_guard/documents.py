"""Are the papers an agreement names at hand, and are they still those that were signed?

What counts in a run is the hash declared in the agreement file: it is in the evidence whether or not the paper lies
beside it. ``plan`` and ``scan`` therefore only ask whether the file exists; ``agreement check --documents`` reads it.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from dpa_guard.agreement import Agreement, Document

__all__ = ["AtHand", "at_hand", "named_documents"]

AtHand = Literal["yes", "missing", "differs", "unread"]
"""Read, and as declared; no such file; read, and another hash; there, but not read (not asked to, or not possible)."""


def named_documents(agreement: Agreement) -> tuple[Document, ...]:
    """Return every document named anywhere in the agreement, in the order of the file's tables."""
    return tuple(_named(agreement))


def at_hand(
    agreement_path: Path, documents: Iterable[Document], *, read: bool = False
) -> tuple[tuple[str, AtHand], ...]:
    """Return (file, state) for each file named, once each, in order; paths are relative to the agreement file.

    Without ``read`` no document is opened. Raises nothing: a document that cannot be read is ``unread``.
    """
    declared: dict[str, str | None] = {}
    for document in documents:
        declared[document.file] = declared.get(document.file) or document.sha256
    folder = agreement_path.parent
    return tuple((file, _state(folder / file, digest, read)) for file, digest in declared.items())


def _state(path: Path, digest: str | None, read: bool) -> AtHand:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "missing"
        if not read:
            return "unread"
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL character in the name
        return "missing"
    except OSError:
        return "unread"
    return "yes" if digest in (None, found) else "differs"


def _named(agreement: Agreement) -> Iterator[Document]:
    yield from agreement.documents
    papers: list[Document | None] = [authorisation.document for authorisation in agreement.authorisations]
    for entry in agreement.register:
        papers.append(entry.contract.document if entry.contract else None)
        for objection in entry.objections:
            papers += [objection.document, objection.lifted_by]
    papers += [amendment.document for amendment in agreement.amendments]
    papers += [request.document for request in agreement.requests]
    yield from (paper for paper in papers if paper is not None)
