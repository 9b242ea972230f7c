"""An address that is not one of AWS is named, without what it may hold of a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_guard_aws.elsewhere import addresses_elsewhere


@pytest.fixture(autouse=True)
def no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return tmp_path / "config"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://127.0.0.1:5000", "127.0.0.1:5000"),
        ("https://planted:secret@aws.example/path?key=planted", "aws.example"),
        ("https://s3.amazonaws.com.attacker.example", "s3.amazonaws.com.attacker.example"),
        ("https://evilamazonaws.com", "evilamazonaws.com"),
        ("https://ec2-192-0-2-1.eu-west-1.compute.amazonaws.com", "ec2-192-0-2-1.eu-west-1.compute.amazonaws.com"),
        ("https://mine-1.eu-west-1.elb.amazonaws.com", "mine-1.eu-west-1.elb.amazonaws.com"),
        ("https://abc.execute-api.eu-west-1.amazonaws.com/x", "abc.execute-api.eu-west-1.amazonaws.com"),
        ("http://mine.s3-website-eu-west-1.amazonaws.com", "mine.s3-website-eu-west-1.amazonaws.com"),
        ("https://mine.s3.eu-west-1.amazonaws.com", "mine.s3.eu-west-1.amazonaws.com"),
        ("https://vpce-1.vpce-svc-1.eu-west-1.vpce.amazonaws.com", "vpce-1.vpce-svc-1.eu-west-1.vpce.amazonaws.com"),
        ("http://[::1", "(not an address)"),
        ("nowhere", "(not an address)"),
    ],
)
def test_an_address_of_somebody_else_is_named_by_its_host_alone(
    address: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
    assert addresses_elsewhere("", ["s3", "sqs", "s3"]) == {host: ["s3"]}


@pytest.mark.parametrize(
    "address",
    [
        "https://s3.eu-central-1.amazonaws.com",
        "https://vpce-0123.s3.eu-central-1.vpce.amazonaws.com",
        "https://bucket.vpce-0123.s3.eu-central-1.vpce.amazonaws.com",
        "https://api.sagemaker.eu-central-1.amazonaws.com",
        "https://s3.dualstack.eu-central-1.amazonaws.com",
        "https://sts.eusc-de-east-1.amazonaws.eu",
        "https://s3.cn-north-1.amazonaws.com.cn",
        "https://ec2.eu-west-1.api.aws:443",
    ],
)
def test_addresses_of_aws_itself_are_not(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert addresses_elsewhere("", ["s3", "ec2"]) == {}


def test_the_configuration_file_counts_too(no_configuration: Path) -> None:
    no_configuration.write_text(
        "[profile a]\nendpoint_url = http://localhost:4566\nservices = mine\n"
        "[services mine]\ns3 =\n  endpoint_url = https://minio.example\n",
        encoding="utf-8",
    )
    told = {"localhost:4566": ["ec2", "sqs"], "minio.example": ["s3"]}
    assert addresses_elsewhere("a", ["sqs", "s3", "ec2"]) == told
    assert addresses_elsewhere("absent", ["s3"]) == {}


def test_what_the_sdk_is_told_to_ignore_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert addresses_elsewhere("", ["s3", "ec2"]) == {}
