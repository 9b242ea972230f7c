"""No value of a plan that is not a place reaches anybody: not the output, not an error, not an exception.

``secrets.json`` is a plan that is right in every way, with ``{{corner}}`` in every corner where real plans carry
secrets: variables, provider constants, links with user names and keys, states, drift, outputs, provisioners.
Each corner gets a secret of its own; then the whole command is run, and nothing of it may be readable anywhere.
"""

from __future__ import annotations

import json
import re
import string
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

AGREEMENT = """
schema = "dpa-guard/agreement/1"
[agreement]
id = "SECRETS-1"
[parties.controller]
name = "De Verantwoordelijke B.V."
[parties.processor]
name = "De Bewerker B.V."
[territory]
rule = "eu-member-states"
"""

CORNER = re.compile(r"\{\{(.+?)\}\}")
MANNERS = [(form, language) for form in ("text", "json") for language in ("en", "nl")]
SOUND = frozenset({0, 1, 3})
"""Exit codes of an assessment that was made; without one the tests would prove nothing."""


class Vault:
    """Hands out one secret per corner, made of a core that no report would write by chance."""

    def __init__(self, core: str) -> None:
        self._core = core
        self.planted: dict[str, str] = {}

    def __call__(self, corner: str) -> str:
        return self.planted.setdefault(corner, f"zQ{len(self.planted)}x{self._core}")

    def plan(self) -> str:
        """The plan of ``secrets.json`` with every corner filled."""
        template = Path(__file__).with_name("secrets.json").read_text(encoding="utf-8")
        return CORNER.sub(lambda corner: self(corner[1]), template)

    def found_in(self, text: str) -> list[str]:
        """The corners whose secret can be read in a text, whatever its case."""
        lowered = text.lower()
        return sorted(corner for corner, secret in self.planted.items() if secret.lower() in lowered)


def _run(folder: Path, content: str, form: str, language: str) -> tuple[int, str]:
    """Run the command on a file; return its exit code and everything anybody could read of it."""
    from click.testing import CliRunner

    from dpa_guard.cli import main

    agreement, plan = folder / "agreement.toml", folder / "plan.json"
    agreement.write_text(AGREEMENT, encoding="utf-8")
    plan.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(
        main, ["plan", str(plan), "--agreement", str(agreement), "--format", form, "--lang", language]
    )
    broken = result.exception if not isinstance(result.exception, SystemExit) else None
    trace = "".join(traceback.format_exception(broken)) if broken else ""
    return result.exit_code, "\n".join((result.stdout, result.stderr, result.output, trace))


CORES = st.text(string.ascii_letters + string.digits, min_size=12, max_size=24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.mark.parametrize(("form", "language"), MANNERS)
def test_a_plan_full_of_secrets_is_judged_and_tells_none(folder: Path, form: str, language: str) -> None:
    vault = Vault("Pl4ntedForTheTest")
    code, said = _run(folder, vault.plan(), form, language)
    assert len(vault.planted) > 60
    assert vault.found_in(said) == []
    assert code in SOUND, said
    assert "aws_s3_bucket.data" in said, "the plan must really have been judged"


@settings(max_examples=20, deadline=None)
@given(core=CORES, manner=st.sampled_from(MANNERS))
def test_no_secret_of_any_corner_is_told(folder: Path, core: str, manner: tuple[str, str]) -> None:
    vault = Vault(core)
    code, said = _run(folder, vault.plan(), *manner)
    assert vault.found_in(said) == []
    assert code in SOUND


@settings(max_examples=20, deadline=None)
@given(core=CORES, manner=st.sampled_from(MANNERS), cut=st.floats(0.05, 0.99))
def test_a_plan_cut_short_is_refused_without_telling_where(
    folder: Path, core: str, manner: tuple[str, str], cut: float
) -> None:
    vault = Vault(core)
    plan = vault.plan()
    code, said = _run(folder, plan[: int(len(plan) * cut)], *manner)
    assert vault.found_in(said) == []
    assert code == 2


def _wrapped(plan: str, vault: Vault) -> str:
    return f"[command]/opt/terraform show -json\nTOKEN={vault('noise')}\n{plan}\n"


def _odd_after(plan: str, vault: Vault) -> str:
    changed = json.loads(plan)
    changed["resource_changes"][0]["change"]["after"] = vault("odd after")
    return json.dumps(changed)


def _odd_list(plan: str, vault: Vault) -> str:
    return json.dumps(json.loads(plan) | {"resource_changes": vault("odd list")})


def _odd_provider(plan: str, vault: Vault) -> str:
    changed = json.loads(plan)
    changed["configuration"]["provider_config"]["aws"] = vault("odd provider")
    return json.dumps(changed)


def _no_plan(_: str, vault: Vault) -> str:
    return json.dumps({"token": vault("no plan")})


def _state(plan: str, _: Vault) -> str:
    return json.dumps(json.loads(plan)["prior_state"])


def _raw_state(_: str, vault: Vault) -> str:
    instance = {"schema_version": 0, "attributes": {"bucket": "b", "region": "eu-west-1", "policy": vault("raw")}}
    source = 'provider["registry.terraform.io/hashicorp/aws"]'
    bucket = {"mode": "managed", "type": "aws_s3_bucket", "name": "data", "provider": source, "instances": [instance]}
    outputs = {"o": {"value": vault("raw output"), "type": "string", "sensitive": True}}
    about = {"version": 4, "terraform_version": "1.14.2", "serial": 1, "lineage": "x"}
    return json.dumps(about | {"outputs": outputs, "resources": [bucket]})


@pytest.mark.parametrize(("form", "language"), MANNERS)
@pytest.mark.parametrize("change", [_wrapped, _odd_after, _odd_list, _odd_provider, _no_plan, _state, _raw_state])
def test_other_inputs_tell_no_secret_either(
    folder: Path, change: Callable[[str, Vault], str], form: str, language: str
) -> None:
    vault = Vault("Pl4ntedForTheTest")
    code, said = _run(folder, change(vault.plan(), vault), form, language)
    assert vault.found_in(said) == []
    assert "Traceback" not in said
    assert code in {*SOUND, 2}


@pytest.mark.parametrize(("form", "language"), MANNERS)
def test_a_sensitive_place_gives_its_verdict_and_not_its_value(folder: Path, form: str, language: str) -> None:
    plan = json.loads(Vault("Pl4ntedForTheTest").plan())
    change = plan["resource_changes"][0]["change"]
    change["after"]["region"], change["after_sensitive"] = "sa-east-1", {"region": True}
    code, said = _run(folder, json.dumps(plan), form, language)
    assert code == 1, said
    assert "aws_s3_bucket.data" in said
    assert "sa-east-1" not in said
