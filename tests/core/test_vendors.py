"""Identifiers and their vendors, Terraform providers and their classes."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from dpa_guard.vendors import cloud_of, provider_class, provider_name, vendor_of


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("terraform-provider:datadog/datadog", "Datadog"),
        ("terraform-provider:DataDog/datadog", "Datadog"),
        ("terraform-provider:aiven/aiven", "Aiven"),
        ("terraform-provider:hashicorp/github", "GitHub"),
        ("aws-account:464622532012", "Datadog"),
        ("host:datadoghq.eu", "Datadog"),
        ("host:api.datadoghq.eu", "Datadog"),
        ("cloud:aws", "Amazon Web Services"),
        ("cloud:aws-eusc", "AWS European Sovereign Cloud"),
        ("cloud:azure", "Microsoft Azure"),
        ("cloud:gcp", "Google Cloud"),
    ],
)
def test_a_known_identifier_has_a_name(identifier: str, name: str) -> None:
    vendor = vendor_of(identifier)
    assert vendor is not None
    assert vendor.name == name
    assert vendor.source


@pytest.mark.parametrize(
    "identifier",
    [
        "terraform-provider:nobody/knows",
        "aws-account:46462253201",
        "aws-account:4646225320122",
        "host:evildatadoghq.eu",
        "host:datadoghq.eu.example",
        "host:eu",
        "terraform-provider:evil.datadoghq.eu",
        "host:",
        "host:my-tenant.workers.dev",
        "datadoghq.eu",
        "",
        'host:a"b,c\nd.datadoghq',
    ],
)
def test_what_is_not_in_the_catalogue_has_no_name(identifier: str) -> None:
    assert vendor_of(identifier) is None


@pytest.mark.parametrize(
    ("source", "class_", "cloud"),
    [
        ("hashicorp/aws", "cloud", "aws"),
        ("registry.terraform.io/hashicorp/aws", "cloud", "aws"),
        ("registry.opentofu.org/hashicorp/aws", "cloud", "aws"),
        ("aws", "cloud", "aws"),
        ("hashicorp/google", "cloud", "gcp"),
        ("hashicorp/google-beta", "cloud", "gcp"),
        ("hashicorp/azurerm", "cloud", "azure"),
        ("Azure/azapi", "cloud", "azure"),
        ("hashicorp/azuread", "cloud", "azure"),
        ("hashicorp/random", "utility", None),
        ("null", "utility", None),
        ("terraform.io/builtin/terraform", "utility", None),
        ("hashicorp/kubernetes", "self-hosted", None),
        ("hashicorp/vault", "self-hosted", None),
        ("gavinbunney/kubectl", "self-hosted", None),
        ("datadog/datadog", "vendor", None),
        ("grafana/grafana", "vendor", None),
        ("nobody/knows", "vendor", None),
        ("example.com/hashicorp/aws", "vendor", None),
    ],
)
def test_a_provider_has_a_class(source: str, class_: str, cloud: str | None) -> None:
    assert (provider_class(source), cloud_of(source)) == (class_, cloud)


def test_the_name_of_a_provider_is_the_same_from_every_registry() -> None:
    assert provider_name("registry.terraform.io/DataDog/datadog") == "datadog/datadog"
    assert provider_name("registry.opentofu.org/datadog/datadog") == "datadog/datadog"
    assert provider_name("random") == "hashicorp/random"
    assert provider_name("tf.example.com/acme/thing") == "tf.example.com/acme/thing"


def _rows(name: str) -> list[dict[str, str]]:
    text = files("dpa_guard.vendors").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("name", ["vendors.csv", "provider-classes.csv"])
def test_a_table_is_sorted_and_names_each_key_once(name: str) -> None:
    keys = [next(iter(row.values())) for row in _rows(name)]
    assert keys == sorted(keys)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert all(key == key.lower() and not set(key) & set(',"\n') for key in keys)


def test_every_vendor_row_may_be_shipped_and_says_where_it_is_from() -> None:
    for row in _rows("vendors.csv"):
        assert row["licence"] in ("Apache-2.0", "MIT", "BSD-3-Clause", "fact"), row
        assert row["source"], row
        assert row["confidence"] in ("high", "medium"), row
        kind, _, value = row["identifier"].partition(":")
        assert kind in ("aws-account", "cloud", "host", "terraform-provider"), row
        assert kind != "aws-account" or (len(value) == 12 and value.isdigit()), row


def test_a_provider_of_the_catalogue_that_has_a_class_is_a_vendor_or_a_server_of_ones_own() -> None:
    classes = {row["namespace_type"]: row["class"] for row in _rows("provider-classes.csv")}
    assert set(classes.values()) == {"cloud", "utility", "self-hosted"}
    for row in _rows("vendors.csv"):
        name = row["identifier"].removeprefix("terraform-provider:")
        assert classes.get(name) in (None, "self-hosted"), name


def test_every_terraform_provider_of_the_background_table_is_known(shared_data: Path) -> None:
    with (shared_data / "vendors" / "vendors.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "terraform_provider"]
    assert len(rows) > 300
    for row in rows:
        vendor = vendor_of(f"terraform-provider:{row['value']}")
        assert vendor is not None, row["value"]
        assert vendor.name == row["vendor"]
