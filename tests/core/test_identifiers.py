"""One spelling for each identifier of a third party."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard.identifiers import KINDS, identifier


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("cloud:aws-eusc", "cloud:aws-eusc"),
        ("Cloud:AWS", "cloud:aws"),
        ("terraform-provider:DataDog/datadog", "terraform-provider:datadog/datadog"),
        ("aws-account:000000000001", "aws-account:000000000001"),
        ("gcp-project:example.com:vendor-prod", "gcp-project:example.com:vendor-prod"),
        ("azure-tenant:AAAAAAAA-0000-0000-0000-000000000000", "azure-tenant:aaaaaaaa-0000-0000-0000-000000000000"),
        ("host:DataDogHQ.eu.", "host:datadoghq.eu"),
        ("host:bücher.example", "host:xn--bcher-kva.example"),
        ("host:_dmarc.vendor.example", "host:_dmarc.vendor.example"),
    ],
)
def test_an_identifier_is_kept_in_one_spelling(written: str, kept: str) -> None:
    assert identifier(written) == kept
    assert identifier(kept) == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("datadog", '"datadog" is not an identifier; expected one of cloud:, terraform-provider:, aws-account:,'),
        ("aws_account:000000000001", '; did you mean "aws-account:"?'),
        ("terraform_provider:a/b", '; did you mean "terraform-provider:"?'),
        ("hots:x.example", '; did you mean "host"?'),
        ("cloud:google", '"google" is not a cloud this version knows; did you mean "gcp"?'),
        ("cloud:azure-germany", "is not a cloud this version knows"),
        ("terraform-provider:registry.terraform.io/a/b", 'expected namespace/type; did you mean "a/b"?'),
        ("terraform-provider:datadog", "expected namespace/type, like datadog/datadog"),
        ("aws-account:1", '"1" is not an AWS account: expected 12 digits, leading zeros included'),
        ("aws-account:١٢٣٤٥٦٧٨٩٠١٢", "is not an AWS account"),
        ("azure-tenant:x", "is not a tenant id: expected a UUID (8-4-4-4-12 hex digits)"),
        ("host:https://x.example/a", 'is an address, expected a host name alone; did you mean "x.example"?'),
        ("host:x.example:443", 'has a port, expected a host name alone; did you mean "x.example"?'),
        ("host:*.x.example", 'a host covers its subdomains by itself; did you mean "x.example"?'),
        ("host:10.0.0.1", "is not a host name: expected one like datadoghq.eu"),
        ("host:localhost", "is not a host name"),
        ("host:a..example", "is not a host name"),
        ("host:" + "a" * 64 + ".example", "is not a host name"),
        ("host:é" + "a" * 70 + ".example", "is not a host name"),
        ("host:", '"" is not a host name'),
    ],
)
def test_what_is_no_identifier_says_what_was_expected(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        identifier(written)
    assert said in str(caught.value)


@given(st.sampled_from([*KINDS, "", "x"]), st.text() | st.from_regex(r"[a-z0-9.:/-]{0,20}"))
def test_any_text_is_an_identifier_that_stays_itself_or_is_refused(kind: str, value: str) -> None:
    try:
        kept = identifier(f"{kind}:{value}")
    except ValueError:
        return
    assert identifier(kept) == kept
