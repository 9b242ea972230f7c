"""A fictional company in a folder: agreements that leave no remark open, and plans that show one thing each.

All dates are past and open-ended, so that the pages made of it stay as they are.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from terraform_plans import block, change, plan, provider, refs

PAPER = b"a signed paper (fictional)\n"
_SHA256 = hashlib.sha256(PAPER).hexdigest()
_DOCUMENT = f'{{ file = "documents/paper.txt", sha256 = "{_SHA256}" }}'
AGREEMENT = f"""\
schema = "dpa-guard/agreement/1"
[agreement]
id = "ID"
time_zone = "Europe/Amsterdam"
in_force_from = 2020-01-01
documents = [{{ role = "signed", file = "documents/paper.txt", sha256 = "{_SHA256}" }}]
[parties.controller]
name = "Huisartsen Merelveld (fictional)"
may_sign = [{{ name = "K. Vos", from = 2019-01-01 }}]
[parties.processor]
name = "Zwaluw Software B.V. (fictional)"
[territory]
rule = "eu-member-states"
[evidence]
log_keys = ["evidence.example/fictional/company+2116588c+AYYv7xzx6184ICJX/WdkHEg03UmYtvRBGJ1/rCObgsqD"]

[[authorisation]]
id = "T-1"
countries = ["GB"]
granted_on = 2020-06-01
signed_by = "K. Vos"
document = {_DOCUMENT}
scope = {{ services = ["s3"] }}

[[subprocessor]]
id = "aws"
legal_name = "Amazon Web Services EMEA SARL"
identifiers = ["cloud:aws"]
engaged_from = 2020-02-01
contract = {{ reference = "C-1", dated = 2020-01-16, document = {_DOCUMENT} }}

[[subprocessor]]
id = "pager"
legal_name = "Pager Ltd (fictional)"
identifiers = ["terraform-provider:fictional/pager"]
engaged_from = 2020-02-01
processing = [{{ country = "NL", basis = "declared", source = "contract", read_on = 2020-01-20 }}]
contract = {{ reference = "C-2", dated = 2020-01-20, document = {_DOCUMENT} }}
[[subprocessor.objection]]
kind = "prohibition"
received_on = 2021-01-01
document = {_DOCUMENT}
"""
CONFIGURATION = """\
schema = "dpa-guard/config/1"
[[agreement]]
file = "agreement.toml"
[[agreement]]
file = "second.toml"
scopes = ["shop"]
[[scope]]
name = "shop"
provider = "terraform"
paths = ["clean.json", "fails.json"]
[[scope]]
name = "office"
provider = "terraform"
paths = ["env.json"]
assume = { aws = "eu-west-1" }
[[exclusion]]
what = { resource = "aws_s3_bucket.site" }
reason = "public site, no personal data"
owner = "k.vos"
review_by = 2099-01-01
[[exclusion]]
what = { service = "sqs" }
reason = "queue of the test environment"
owner = "k.vos"
review_by = 2021-01-01
[[known]]
rule = "transfer-outside-eu"
resource = "aws_s3_bucket.pilot"
until = 2099-01-01
reason = "moves to Frankfurt"
"""
PAGER = "registry.terraform.io/fictional/pager"
_HOME = {"aws": provider(region="eu-central-1")}


def company(folder: Path) -> Path:
    """Write everything below into a folder, and return it."""
    (folder / "documents").mkdir()
    (folder / "documents/paper.txt").write_bytes(PAPER)
    (folder / "agreement.toml").write_text(AGREEMENT.replace('"ID"', '"C-2020-001"'), encoding="utf-8")
    (folder / "second.toml").write_text(
        AGREEMENT.replace('"ID"', '"D-2020-002"').replace('countries = ["GB"]', 'countries = ["GB", "US"]'),
        encoding="utf-8",
    )
    (folder / "two.toml").write_text(CONFIGURATION, encoding="utf-8")
    for name, document in PLANS.items():
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    (folder / "plan.out").write_bytes(b"PK\x03\x04\x14\x00\x08\x00\x08\x00tfplan" + b"\x00" * 64)
    (folder / "stacks/empty").mkdir(parents=True)
    (folder / "stacks/a").mkdir()
    (folder / "stacks/a/plan.json").write_text(json.dumps(CLEAN), encoding="utf-8")
    (folder / "stacks/a/package.json").write_text('{"name": "x"}', encoding="utf-8")
    return folder


def _bucket(name: str, region_of: str = "aws", **rest: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    address = f"aws_s3_bucket.{name}"
    after = None if rest.get("actions") in (["delete"], ["forget"]) else {"bucket": name}
    return change(address, after, **rest), block(address, region_of)


def _of(*pairs: tuple[dict[str, Any], dict[str, Any]], providers: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return plan([one for one, _ in pairs], [one for _, one in pairs], providers, **rest)


CLEAN = _of(_bucket("rosters"), _bucket("site"), providers=_HOME)
FAILS = _of(
    _bucket("rosters"),
    _bucket("calls", "aws.london"),
    _bucket("pilot", "aws.virginia", actions=["no-op"], before={"bucket": "pilot"}),
    _bucket("trial", "aws.virginia"),
    _bucket("old", actions=["delete"], before={"bucket": "old"}),
    _bucket("loose", "aws.london", actions=["forget"], before={"bucket": "loose"}),
    (change("pager_rota.night", {"name": "night"}, provider=PAGER), block("pager_rota.night", "pager")),
    (
        change("random_id.suffix", {}, provider="registry.terraform.io/hashicorp/random"),
        block("random_id.suffix", "random"),
    ),
    providers={
        **_HOME,
        "aws.london": provider(alias="london", region="eu-west-2"),
        "aws.virginia": provider(alias="virginia", region="us-east-1"),
        "pager": provider(PAGER),
        "random": provider("registry.terraform.io/hashicorp/random"),
    },
)
UNKNOWN = _of(
    _bucket("rosters"),
    _bucket("somewhere", "aws.other"),
    _bucket("later", "aws.later"),
    providers={
        **_HOME,
        "aws.other": provider(alias="other", region="eu-nowhere-1"),
        "aws.later": provider(alias="later", region=refs("var.region")),
    },
)
PLANS: dict[str, dict[str, Any]] = {
    "clean.json": CLEAN,
    "fails.json": FAILS,
    "unknown.json": UNKNOWN,
    "env.json": _of(_bucket("rosters"), _bucket("site"), providers={"aws": provider()}),
    "part.json": {**CLEAN, "complete": False},
    "errored.json": {**CLEAN, "errored": True},
    "many.json": _of(
        *(_bucket(f"b{number:02}", "aws.virginia") for number in range(14)),
        providers=FAILS["configuration"]["provider_config"],
    ),
    "empty.json": plan([]),
}
"""File → plan."""
