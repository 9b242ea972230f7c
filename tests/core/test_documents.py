"""Are the papers at hand, and still the signed ones?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dpa_guard import agreement_file
from dpa_guard.agreement import Document
from dpa_guard.documents import at_hand, named_documents

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of ``abc``, as in FIPS 180-2."""


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/abc.pdf").write_bytes(b"abc")
    return tmp_path / "agreement.toml"


def test_a_run_only_looks_whether_a_document_is_there(papers: Path) -> None:
    named = [Document("papers/abc.pdf", "0" * 64), Document("papers/other.pdf", ABC)]
    assert at_hand(papers, named) == (("papers/abc.pdf", "unread"), ("papers/other.pdf", "missing"))


def test_a_document_that_is_read_is_the_declared_one_or_differs(papers: Path) -> None:
    def state(document: Document) -> str:
        ((_, found),) = at_hand(papers, [document], read=True)
        return found

    assert state(Document("papers/abc.pdf", ABC)) == "yes"
    assert state(Document("papers/abc.pdf")) == "yes"
    assert state(Document("papers/abc.pdf", "0" * 64)) == "differs"
    assert state(Document("papers")) == "missing"
    assert state(Document("papers/abc.pdf/x")) == "missing"
    assert state(Document("papers/\0")) == "missing"
    assert state(Document("x" * 5000)) == "unread"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_only_a_regular_file_is_opened(papers: Path) -> None:
    os.mkfifo(papers.with_name("pipe"))
    assert at_hand(papers, [Document("pipe", ABC)], read=True) == (("pipe", "missing"),)


def test_a_file_that_is_named_twice_is_answered_once_with_the_hash_that_was_given(papers: Path) -> None:
    named = [Document("papers/abc.pdf"), Document("papers/abc.pdf", "0" * 64)]
    assert at_hand(papers, named, read=True) == (("papers/abc.pdf", "differs"),)


def test_every_document_of_an_agreement_is_found() -> None:
    golden = Path(__file__).with_name("golden") / "agreement.toml"
    assert [document.where for document in named_documents(agreement_file.read(golden))] == [
        "agreement.documents[0]",
        "agreement.documents[1]",
        "authorisation[0].document",
        "subprocessor[0].contract.document",
    ]


def test_documents_of_every_table_are_found(papers: Path) -> None:
    paper = 'document = { file = "papers/abc.pdf" }\n'
    papers.write_text(
        'schema = "dpa-guard/agreement/1"\nagreement.id = "x"\nterritory.rule = "eea"\n'
        'parties = { controller = { name = "a" }, processor = { name = "b" } }\n'
        f'[[authorisation]]\nid = "c"\ncountries = ["NO"]\ngranted_on = 2024-01-01\n{paper}'
        f'[[amendment]]\nid = "a"\ndate = 2024-01-01\n{paper}'
        f'[[request]]\nid = "r"\nclause = "3.2"\nreceived_on = 2024-01-01\n{paper}'
        '[[subprocessor]]\nid = "s"\nlegal_name = "s"\n'
        f'[[subprocessor.objection]]\nkind = "prohibition"\nreceived_on = 2024-01-01\n{paper}'
        'lifted_by = { file = "papers/lifted.pdf" }\nlifted_on = 2025-01-01\n'
        f'[subprocessor.contract]\nreference = "c"\ndated = 2024-01-01\n{paper}',
        encoding="utf-8",
    )
    agreement = agreement_file.read(papers, read_documents=True)
    assert [document.where for document in named_documents(agreement)] == [
        "authorisation[0].document",
        "subprocessor[0].contract.document",
        "subprocessor[0].objection[0].document",
        "subprocessor[0].objection[0].lifted_by",
        "amendment[0].document",
        "request[0].document",
    ]
    assert agreement.documents_at_hand == (("papers/abc.pdf", "yes"), ("papers/lifted.pdf", "missing"))
