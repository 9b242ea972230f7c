"""``docs/evidence-format.md`` says what the code does: its fields, its codes, and the log that is on it."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from dpa_guard.evidence import keys
from dpa_guard.evidence.note import parse_verifier_key
from dpa_guard.evidence.verify import verify
from dpa_guard.evidence.verify.run_rules import EVENTS
from dpa_guard.evidence.write import fields

PAGE = (Path(__file__).parents[3] / "docs/evidence-format.md").read_text(encoding="utf-8")
ENVELOPE = {"event", "run", "seq", "time", "v"}


def _types() -> dict[str, type[msgspec.Struct]]:
    """Return event → the type of the records that the writer makes of it."""
    return dict(fields._TYPES)


def _row(event: str) -> str:
    (row,) = re.findall(rf"^\| `{re.escape(event)}` \|(.*)\|$", PAGE, flags=re.MULTILINE)
    return str(row)


@pytest.mark.parametrize("event", sorted(_types()))
def test_the_fields_of_an_event_are_those_the_writer_allows(event: str) -> None:
    allowed = {field.encode_name for field in msgspec.structs.fields(_types()[event])} - ENVELOPE
    parts = [re.sub(r"\{.*?\}", "", part) for part in _row(event).split(" · ")]
    assert {match[1] for part in parts if (match := re.match(r"\s*`([a-z_]+)`", part))} == allowed


def test_every_event_has_its_row() -> None:
    table = PAGE[PAGE.index("| event | fields |") : PAGE.index("`resource` is {")]
    assert {name for name in re.findall(r"`([a-z]+\.[a-z]+|[a-z]+)`", table) if name in EVENTS} == EVENTS


@pytest.mark.parametrize(
    ("word", "kind"), [("`resource` is", "_Resource"), ("`party` is", "_Party"), ("location is", "_Location")]
)
def test_the_parts_of_a_finding_are_those_the_writer_allows(word: str, kind: str) -> None:
    listed = re.search(rf"{word}\s+\{{([^}}]*)\}}", PAGE)
    assert listed is not None
    assert set(re.findall(r"`([a-z_]+)`", listed[1])) == {
        field.encode_name for field in msgspec.structs.fields(getattr(fields, kind))
    }


def _codes() -> set[str]:
    """Return every code that the verifier's own modules name: words joined by hyphens, and four single ones."""
    sources = [path for path in files("dpa_guard.evidence.verify").iterdir() if path.name.endswith(".py")]
    texts = {
        node.value
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    single = {"TRUNCATED", "REWRITTEN", "CONSISTENT", "empty"}
    return {text for text in texts if text in single or re.fullmatch(r"[a-z]+(?:-[a-z]+)+", text)}


def test_every_code_of_the_verifier_is_listed() -> None:
    assert {"tile-differs", "run-count", "REWRITTEN", "file-kind"} <= _codes(), "the search still finds codes"
    listed = set(re.findall(r"`([A-Za-z-]+)`", PAGE[PAGE.index("## 12. Codes") :]))
    assert _codes() - listed == set()


def _blocks() -> list[str]:
    section = PAGE[PAGE.index("## 11. ") : PAGE.index("## 12. ")]
    return re.findall(r"```\w+\n(.*?)```", section, flags=re.DOTALL)


def _written(folder: Path) -> str:
    """Write the log of section 11 as the page says, and return its key."""
    vkey, records, leaves, empty, head = _blocks()
    contents = {
        "runs/00000000000000000000-0199c0de-0000-7000-8000-000000000001.jsonl": records.encode(),
        "tile/0/000.p/3": bytes.fromhex(leaves),
        "checkpoints/00000000000000000000": empty.encode(),
        "checkpoints/00000000000000000003": head.encode(),
        "checkpoint": head.encode(),
    }
    for path, data in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return vkey.strip()


def test_the_log_on_the_page_verifies(tmp_path: Path) -> None:
    key = parse_verifier_key(_written(tmp_path))
    found = verify(tmp_path, [key])
    assert (found.status, found.size, found.runs, found.faults) == ("verified", 3, 1, [])


def test_its_key_is_the_one_the_page_says(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert str(keys.SigningKey("evidence.example/fictional/ci-1", private).verifier) == _written(tmp_path)


def test_the_drawings_stay_on_the_page() -> None:
    assert [line for line in PAGE.splitlines() if line.startswith("    ") and len(line) > 125] == []
