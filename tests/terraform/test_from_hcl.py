"""From HCL to observations with the real Terraform, where one and a mirror of hashicorp/aws are on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dpa_guard import Context, Location, Resource, Scope
from dpa_guard_terraform import TerraformProvider

HCL = Path(__file__).parent / "hcl"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of ``hcl/`` as the real Terraform makes it, offline."""
    mirror = os.environ.get("DPA_GUARD_TEST_TF_MIRROR")
    terraform = shutil.which("terraform")
    if not mirror or not terraform:
        pytest.skip("needs terraform on the PATH and DPA_GUARD_TEST_TF_MIRROR naming a mirror with hashicorp/aws")
    folder = tmp_path_factory.mktemp("hcl")
    shutil.copytree(HCL, folder, dirs_exist_ok=True)
    settings = folder / "mirror.tfrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(settings),
        "AWS_REGION": "eu-north-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [terraform, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init", "-input=false", "-no-color")
    run("plan", "-input=false", "-no-color", "-out=p.tfplan")
    shown = folder / "plan.json"
    shown.write_text(run("show", "-json", "p.tfplan"))
    return shown


@pytest.fixture(scope="module")
def resources(plan: Path) -> dict[str, Resource]:
    """What the provider makes of it, by address."""
    scope = Scope("command-line", "terraform", {}, (("plan.json", str(plan)),))
    seen = TerraformProvider().collect(scope, Context(clock=lambda: datetime(2026, 11, 24, tzinfo=UTC)))
    return {one.id: one for one in seen if isinstance(one, Resource)}


def countries(resource: Resource, role: str = "primary") -> set[tuple[str, ...]]:
    return {one.countries for one in resource.locations if one.role == role}


def only(resource: Resource) -> Location:
    (location,) = resource.locations
    return location


def test_a_resource_is_in_the_region_of_its_provider(resources: dict[str, Resource]) -> None:
    assert countries(resources["aws_s3_bucket.home"]) == {("DE",)}
    assert countries(resources["aws_s3_bucket.away"]) == {("US",)}


def test_a_region_out_of_a_variable_is_known_by_inference(resources: dict[str, Resource]) -> None:
    location = only(resources["aws_sqs_queue.recovery"])
    assert (location.countries, location.basis) == (("FR",), "inferred")


def test_a_region_known_only_after_apply_is_unknown(resources: dict[str, Resource]) -> None:
    assert only(resources["aws_sqs_queue.later"]).extent == "unknown"


@pytest.mark.parametrize("key", ['"a.b/c"', '"q\\"uote"'])
def test_modules_get_the_providers_they_are_passed(resources: dict[str, Resource], key: str) -> None:
    table = resources[f"module.store[{key}].aws_dynamodb_table.here"]
    assert countries(table) == {("DE",)}
    assert countries(table, "replica") == {("GB",)}
    assert countries(resources[f"module.store[{key}].aws_sqs_queue.there"]) == {("US",)}


def test_a_local_zone_is_in_its_own_country_not_its_regions(resources: dict[str, Resource]) -> None:
    assert countries(resources['module.store["a.b/c"].aws_ebs_volume.there']) == {("CL",)}


def test_replication_resolves_by_reference_and_is_unknown_by_arn(resources: dict[str, Resource]) -> None:
    by_reference = resources["aws_s3_bucket_replication_configuration.by_reference"]
    assert countries(by_reference, "replica") == {("US",)}
    by_arn = resources["aws_s3_bucket_replication_configuration.by_arn"]
    assert [(one.extent, one.why) for one in by_arn.locations if one.role == "replica"] == [
        ("unknown", "arn-without-region")
    ]


def test_identity_has_no_place_that_decides(resources: dict[str, Resource]) -> None:
    assert {one.role for one in resources["aws_iam_user.nobody"].locations} <= {"control"}
