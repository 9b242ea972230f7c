"""Every way an input can be right or wrong, with the document or the refusal that comes out of it.

The files in ``data`` are what Terraform 1.11.4 really writes about ``data/main.tf``.
"""

from __future__ import annotations

import csv
import gzip
import json
import string
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from dpa_guard.model import Note, Refusal
from dpa_guard_terraform.document import Document, commitment, input_of
from dpa_guard_terraform.recognise import recognise

DATA = Path(__file__).parent / "data"
PLAN = (DATA / "plan.json").read_bytes()
STATE = (DATA / "state.json").read_bytes()
TFSTATE = (DATA / "terraform.tfstate").read_bytes()
SECRET = "planted"
"""Stands in every value of ``main.tf`` that nobody may see again."""


def _changed(**keys: Any) -> bytes:
    return json.dumps({**json.loads(PLAN), **keys}).encode()


def _without(*keys: str) -> bytes:
    return json.dumps({key: value for key, value in json.loads(PLAN).items() if key not in keys}).encode()


def _only(data: bytes) -> Document | Refusal:
    (only,) = recognise("in", data)
    return only


def _refusal(data: bytes) -> tuple[str, dict[str, str]]:
    only = _only(data)
    assert isinstance(only, Refusal)
    assert only.input == "in"
    return only.code, dict(only.params)


def _document(data: bytes) -> Document:
    only = _only(data)
    assert isinstance(only, Document)
    return only


REDACTED = json.dumps(
    {
        "plan_format_version": "1.2",
        "provider_format_version": "1.0",
        "resource_changes": json.loads(PLAN)["resource_changes"],
        "output_changes": {},
        "provider_schemas": {},
    }
).encode()


@pytest.mark.parametrize(
    ("data", "kind", "version"),
    [
        (PLAN, "plan", "1.2"),
        (_changed(format_version="0.1"), "plan", "0.1"),
        (_changed(format_version="1.97", something_new={"of": ["a", "later", "release"]}), "plan", "1.97"),
        (_without("resource_changes", "planned_values"), "plan", "1.2"),
        (_without("configuration"), "plan", "1.2"),
        (_changed(complete=False, applyable=False), "plan", "1.2"),
        (STATE, "state", "1.0"),
        (TFSTATE, "tfstate", "4"),
        (b'{"version":4,"serial":1,"lineage":"x","resources":[]}', "tfstate", "4"),
        (REDACTED, "redacted-plan", "1.2"),
    ],
)
def test_each_kind_of_document_is_recognised(data: bytes, kind: str, version: str) -> None:
    document = _document(data)
    assert (document.label, document.kind, document.format_version) == ("in", kind, version)
    assert document.data is document.received is data, "no second copy of what needed no re-encoding"


def test_the_top_level_is_decoded_and_all_below_it_left_as_bytes() -> None:
    top = _document(PLAN).top
    assert (top.terraform_version, top.complete, top.applyable, top.errored) == ("1.11.4", True, True, False)
    assert not isinstance(top.resource_changes, type(UNSET))
    assert bytes(top.resource_changes).startswith(b'[{"address":"terraform_data.note"')
    assert top.prior_state is UNSET
    assert top.values is UNSET


def test_a_redacted_plan_says_that_the_configuration_is_missing() -> None:
    assert _document(REDACTED).notes == (Note("redacted-plan", "in"),)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xff\xfe" + PLAN.decode().encode("utf-16-le"), "UTF-16-LE"),
        (b"\xfe\xff" + PLAN.decode().encode("utf-16-be"), "UTF-16-BE"),
        (PLAN.decode().encode("utf-16-le"), "UTF-16-LE"),
        (PLAN.decode().encode("utf-16-be"), "UTF-16-BE"),
        (b"\xff\xfe\x00\x00" + PLAN.decode().encode("utf-32-le"), "UTF-32-LE"),
        (("\r\n" + PLAN.decode()).encode("utf-16-le"), "UTF-16-LE"),
    ],
)
def test_what_powershell_writes_is_read_and_said(data: bytes, encoding: str) -> None:
    document = _document(data)
    assert document.data.strip() == PLAN.strip()
    assert document.received is data
    assert document.notes == (Note("input-utf16", "in", {"encoding": encoding}),)


def test_a_byte_order_mark_of_utf8_is_dropped_without_a_word() -> None:
    data = b"\xef\xbb\xbf" + PLAN
    document = _document(data)
    assert (document.data, document.received, document.notes) == (PLAN, data, ())


REFUSED: list[tuple[bytes, str, dict[str, str]]] = [
    (b"", "input-empty", {}),
    (b" \r\n\t", "input-empty", {}),
    (b"\xef\xbb\xbf", "input-empty", {}),
    (b'{"format_version":"1.0"}\n', "empty-state-no-plan", {}),
    (b'{"format_version":"1.0","terraform_version":"1.9.5"}', "empty-state-no-plan", {}),
    ((DATA / "plan.jsonl").read_bytes(), "ui-stream", {}),
    ((DATA / "plan.jsonl").read_bytes().splitlines()[0], "ui-stream", {}),
    ((DATA / "plan.tfplan").read_bytes(), "binary-plan", {}),
    (b"tfplan\x02\x00\x01", "binary-plan-old", {}),
    (b"PK\x03\x04" + bytes(40), "zip-archive", {}),
    (gzip.compress(PLAN), "compressed", {"format": "gzip", "command": "gzip -dc"}),
    (b"\x28\xb5\x2f\xfd rest", "compressed", {"format": "zstd", "command": "zstd -dc"}),
    ((DATA / "plan.txt").read_bytes(), "human-output", {}),
    ((DATA / "state.txt").read_bytes(), "human-output", {}),
    (b"\x1b[0m\x1b[1maws_s3_bucket.planted: Refreshing state... [id=planted]\x1b[0m\n", "human-output", {}),
    (b"\nNo changes. Your infrastructure matches the configuration.\n", "human-output", {}),
    (b"The state file is empty. No resources are represented.\n", "human-output", {}),
    ((DATA / "error.txt").read_bytes(), "terraform-error-output", {}),
    (b"Error: Failed to load plugin schemas: planted\n", "terraform-error-output", {}),
    (b"Usage: terraform [global options] show [options] [path]\n", "terraform-error-output", {}),
    (b'{"meta":{},"encrypted_data":"planted","encryption_version":"v0"}', "opentofu-encrypted", {}),
    (
        b'{"serial":3,"lineage":"planted","meta":{},"encrypted_data":"planted","encryption_version":"v0"}',
        "opentofu-encrypted",
        {},
    ),
    (b"[command]/opt/terraform-bin show -json planted\n" + PLAN, "wrapper-noise", {}),
    (b"::debug::planted\n" + PLAN, "wrapper-noise", {}),
    (PLAN + b"::set-output name=stdout::planted\n", "wrapper-noise", {"byte": "2327"}),
    (PLAN + b"\n::debug::Terraform exited with code 0.\n", "wrapper-noise", {"byte": "2328"}),
    (b"Warning: planted\n" + PLAN, "text-before-plan", {}),
    (b"[unit-a] " + PLAN, "text-before-plan", {}),
    ((DATA / "plan.txt").read_bytes() + PLAN, "text-before-plan", {}),
    (PLAN + b"Warning: planted\n", "text-after-plan", {"byte": "2327"}),
    (PLAN.rstrip() + b"}", "text-after-plan", {"byte": "2326"}),
    (PLAN.rstrip() + PLAN, "text-after-plan", {"byte": "2326"}),
    (b"time=2026-11-24T08:00:00Z level=info msg=planted\n" + PLAN, "terragrunt-log", {}),
    (b"08:00:01.123 INFO   Downloading planted\n", "terragrunt-log", {}),
    (PLAN[:1000], "truncated", {"bytes": "1000"}),
    (b"{", "truncated", {"bytes": "1"}),
    (PLAN.replace(b'"value":false', b'"value":NaN', 1), "not-a-number", {"byte": "82"}),
    (PLAN.replace(b'"value":false', b'"value":-Infinity', 1), "not-a-number", {"byte": "83"}),
    (PLAN.replace(b'"value":false', b'"value":planted', 1), "damaged-plan", {"byte": "82"}),
    (b'{"planted": 1,}', "malformed-json", {"byte": "14"}),
    (b"{ // planted\n}", "malformed-json", {"byte": "2"}),
    (b'{"format_version":"1.2","planned_values":' + b'{"a":' * 200_000, "nested-too-deep", {}),
    (b"[" * 1_000_000, "nested-too-deep", {}),
    (PLAN.replace("ï".encode(), b"\xef"), "invalid-utf8", {"byte": str(PLAN.index("ï".encode()))}),
    (b'{"format_version":"1.2\xff","configuration":{}}', "invalid-utf8", {"byte": "22"}),
    (b"\xff\xfe" + PLAN, "encoding-broken", {"encoding": "UTF-16-LE"}),
    (b"#< CLIXML\r\n<Objs>planted</Objs>", "powershell-objects", {}),
    (b'# planted\nresource "aws_s3_bucket" "planted" {\n}\n', "looks-like-hcl", {}),
    (b'terraform {\n  required_version = ">= 1.5"\n}\n', "looks-like-hcl", {}),
    (b"---\nplanted: 1\n", "looks-like-yaml", {}),
    (b"apiVersion: v1\nplanted: x\n", "looks-like-yaml", {}),
    (b"<!DOCTYPE html>\n<html>planted</html>", "looks-like-html", {}),
    (b'{"errors":[{"status":"404","title":"not found"}]}', "hcp-api-answer", {}),
    ((DATA / "schemas.json").read_bytes(), "provider-schemas", {}),
    ((DATA / "validate.json").read_bytes(), "validate-output", {}),
    (b'{"name":"planted","version":"1.0.0"}', "not-a-plan", {}),
    (b"{}", "not-a-plan", {}),
    (b'{"format_version":"1.2","resource_changes":7,"errored":"planted"}', "plan-shape", {"key": "errored"}),
    (b"[1, 2]", "not-an-object", {}),
    (b'"planted"', "not-an-object", {}),
    (b"null", "not-an-object", {}),
    (b"planted, and no JSON", "not-json", {}),
    (b"\x00", "not-json", {}),
    (_changed(format_version="2.0"), "unsupported-format-version", {"found": "2.0"}),
    (_changed(format_version="10.0"), "unsupported-format-version", {"found": "10.0"}),
    (_changed(format_version="planted"), "unsupported-format-version", {"found": "?"}),
    (_changed(format_version="1"), "unsupported-format-version", {"found": "?"}),
    (_changed(format_version="1.2\n"), "unsupported-format-version", {"found": "?"}),
    (_changed(format_version="\u0661.0"), "unsupported-format-version", {"found": "?"}),
    (_changed(format_version=1.2), "plan-shape", {"key": "format_version"}),
    (_without("format_version"), "format-version-missing", {}),
    (TFSTATE.replace(b'"version": 4', b'"version": 5', 1), "tfstate-version", {}),
    (b'{"version":3,"terraform_version":"0.11.14","serial":1,"lineage":"x","modules":[]}', "tfstate-version", {}),
    (b'{"version":3,"terraform_version":"1.9.5","backend":{"type":"s3","config":{}}}', "tfstate-backend", {}),
    ((DATA / "errored.json").read_bytes(), "plan-errored", {}),
    (_changed(errored=True), "plan-errored", {}),
]


@pytest.mark.parametrize(("data", "code", "params"), REFUSED, ids=[f"{i}-{row[1]}" for i, row in enumerate(REFUSED)])
def test_each_bad_input_has_its_own_refusal(data: bytes, code: str, params: dict[str, str]) -> None:
    assert _refusal(data) == (code, params)


@pytest.mark.parametrize("padding", range(262_110, 262_150))
def test_utf8_is_checked_across_the_pieces_it_is_checked_in(padding: int) -> None:
    head = b'{"format_version":"1.2","configuration":{"x":"' + b"x" * padding
    assert _document(head + "€".encode() + b'"}}').kind == "plan"
    assert _refusal(head + "€".encode()[:2] + b'"}}') == ("invalid-utf8", {"byte": str(len(head))})


def _as_utf16(data: bytes) -> bytes | None:
    """Return what PowerShell's ``>`` makes of it; None where it is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return b"\xff\xfe" + text.encode("utf-16-le") if text and "\0" not in text and text[:6] != "tfplan" else None


IN_UTF16 = [(utf16, code, params) for data, code, params in REFUSED if (utf16 := _as_utf16(data)) is not None]


@pytest.mark.parametrize(("data", "code", "params"), IN_UTF16, ids=[f"{i}-{row[1]}" for i, row in enumerate(IN_UTF16)])
def test_the_same_mistake_is_recognised_in_utf16(data: bytes, code: str, params: dict[str, str]) -> None:
    """PowerShell re-encodes whatever text comes through ``>``, mistakes included."""
    assert _refusal(data) == (code, params)


def test_every_refusal_can_be_said_in_both_languages() -> None:
    text = (files("dpa_guard.report") / "prose" / "intake.csv").read_text(encoding="utf-8")
    prose = {row["code"]: row for row in csv.DictReader(text.splitlines()) if row["group"] == "refusal"}
    for _, code, params in REFUSED:
        for language in ("en", "nl"):
            assert "{" not in prose[code][language].format_map(params)


def test_several_plans_each_on_lines_of_their_own_are_taken_one_by_one() -> None:
    pretty = json.dumps(json.loads(PLAN), indent=2).encode() + b"\n"
    received = PLAN + pretty + b"\n\n" + PLAN
    documents = list(recognise("run-all", received))
    assert [item.label for item in documents if isinstance(item, Document)] == ["run-all#1", "run-all#2", "run-all#3"]
    assert [item.data for item in documents if isinstance(item, Document)] == [
        PLAN.rstrip(),
        pretty.rstrip(),
        PLAN.rstrip(),
    ]
    assert all(isinstance(item, Document) and item.received is received for item in documents)


@pytest.mark.parametrize(
    ("data", "where", "code"),
    [
        (PLAN + (DATA / "errored.json").read_bytes(), "in#2", "plan-errored"),
        ((DATA / "errored.json").read_bytes() + PLAN, "in#1", "plan-errored"),
        (PLAN + PLAN[:700], "in#2", "truncated"),
        (PLAN + b"{}\n", "in#2", "not-a-plan"),
        (PLAN + PLAN + b"planted\n", "in", "text-after-plan"),
        (b"{}\n{}\n", "in", "not-a-plan"),
    ],
)
def test_one_bad_document_among_several_refuses_them_all(data: bytes, where: str, code: str) -> None:
    (refusal,) = recognise("in", data)
    assert isinstance(refusal, Refusal)
    assert (refusal.input, refusal.code) == (where, code)


BAD_INPUTS = [
    ("binary.tfplan", "binary-plan"),
    ("empty.json", "input-empty"),
    ("human.txt", "human-output"),
    ("leading-text.json", "text-before-plan"),
    ("plan-json-stream.jsonl", "ui-stream"),
    ("raw.tfstate", "tfstate"),
    ("setup-terraform-wrapper.json", "wrapper-noise"),
    ("show-failed-stdout.txt", "input-empty"),
    ("state-empty.json", "empty-state-no-plan"),
    ("truncated.json", "truncated"),
    ("two-concatenated.json", "plan plan"),
    ("utf16-bom-le.json", "plan"),
    ("utf16le-nobom.json", "plan"),
    ("utf8-bom.json", "plan"),
]


@pytest.mark.parametrize(("name", "expected"), BAD_INPUTS)
def test_the_bad_inputs_kept_from_real_pipelines(name: str, expected: str, shared_data: Path) -> None:
    found = recognise("in", (shared_data / "plans/own/bad-inputs" / name).read_bytes())
    assert " ".join(item.kind if isinstance(item, Document) else item.code for item in found) == expected


def test_every_public_plan_and_state_is_accepted_as_what_it_is(shared_data: Path) -> None:
    with (shared_data / "plans/INDEX.csv").open(encoding="utf-8", newline="") as index:
        listed = [row for row in csv.DictReader(index) if row["file"].startswith("public/")]
    wrong = []
    for row in listed:
        found = list(recognise(row["file"], (shared_data / "plans" / row["file"]).read_bytes()))
        if {item.kind if isinstance(item, Document) else item.code for item in found} != {row["kind"]}:
            wrong.append((row["file"], row["kind"], found))
    assert len(listed) > 100
    assert wrong == []


def _is_clean(items: list[Document | Refusal]) -> bool:
    refusals = [item for item in items if isinstance(item, Refusal)]
    assert items, "an input never goes by in silence"
    return all(SECRET not in f"{item!r}" for item in refusals) and SECRET not in repr(items)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_document_or_a_refusal(data: bytes) -> None:
    assert _is_clean(list(recognise("in", data)))


@given(st.text(alphabet=string.printable + "\x1b\ufeff╷│", max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_document_or_a_refusal(text: str) -> None:
    assert _is_clean(list(recognise("in", text.encode())))


@pytest.mark.parametrize("source", [PLAN, STATE, TFSTATE])
def test_a_file_cut_off_anywhere_is_never_a_document(source: bytes) -> None:
    whole = source.rstrip()
    for end in range(0, len(whole), 97):
        items = list(recognise("in", whole[:end]))
        assert _is_clean(items)
        assert all(isinstance(item, Refusal) for item in items)


@given(st.integers(0, len(PLAN)), st.binary(min_size=1, max_size=30), st.sampled_from([PLAN, STATE, TFSTATE, REDACTED]))
@settings(max_examples=300, deadline=None)
def test_anything_put_in_anywhere_breaks_nothing_and_leaks_nothing(at: int, extra: bytes, source: bytes) -> None:
    assert _is_clean(list(recognise("in", source[:at] + extra + source[at:])))


@given(
    st.dictionaries(
        st.sampled_from([*json.loads(PLAN), *json.loads(TFSTATE), "values", "errors", "encrypted_data", "x"]),
        st.sampled_from([SECRET, 7, 1.5, None, True, [SECRET], {SECRET: SECRET}, [], {}, "1.0"]),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_object_of_known_keys_is_a_document_or_a_clean_refusal(keys: dict[str, Any]) -> None:
    assert _is_clean(list(recognise("in", json.dumps(keys).encode())))


def test_the_representation_of_a_document_shows_nothing_of_it() -> None:
    assert repr(_document(PLAN)) == "Document('in', 'plan', 2327 bytes)"


def test_the_commitment_is_a_keyed_hash_that_openssl_confirms() -> None:
    """``printf 'abc' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0000...00`` gives the same digits."""
    expected = "fd7adb152c05ef80dccf50a1fa4c05d5a3ec6da95575fc312ae7c5d091836351"
    assert commitment(b"abc", bytes(32)) == f"hmac-sha256:{expected}"


def test_an_input_line_commits_to_the_bytes_as_received() -> None:
    data = b"\xef\xbb\xbf" + STATE
    first, second = input_of(_document(data)), input_of(_document(data))
    assert (first.label, first.kind) == ("in", "state")
    assert first.salt != second.salt
    assert len(bytes.fromhex(first.salt)) == 32
    assert first.commitment == commitment(data, bytes.fromhex(first.salt))
    assert input_of(_document(REDACTED), bytes(32)).kind == "plan"
