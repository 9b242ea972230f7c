"""How a third party is named in the register: ``kind:value``, one spelling for each.

cloud:aws                            one per partition of a cloud
terraform-provider:datadog/datadog   namespace/type of the Terraform registry
aws-account:464622532012             12 digits
gcp-project:vendor-prod              a project id
azure-tenant:<uuid>
host:datadoghq.eu                    that host and its subdomains
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dpa_guard.toml_file.mistakes import nearest, shown

__all__ = ["CLOUDS", "KINDS", "aws_account", "azure_tenant", "gcp_project", "host", "identifier"]

CLOUDS = ("aws", "aws-eusc", "aws-cn", "aws-us-gov", "azure", "azure-china", "azure-usgov", "gcp")
KINDS = ("cloud", "terraform-provider", "aws-account", "gcp-project", "azure-tenant", "host")

_PROVIDER = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?/[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\Z")
_PROJECT = re.compile(r"(?:[a-z0-9.-]+:)?[a-z](?:[a-z0-9-]{4,28})[a-z0-9]\Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def identifier(text: str) -> str:
    """Return an identifier in its one spelling; raises ``ValueError`` with what is wrong and what to do."""
    kind, colon, value = text.strip().partition(":")
    kind = kind.lower()
    if not colon or kind not in KINDS:
        guess = kind.replace("_", "-") if colon else ""
        advice = f'; did you mean "{guess}:"?' if guess in KINDS else nearest(guess, KINDS) if guess else ""
        known = ", ".join(f"{k}:" for k in KINDS)
        raise ValueError(f"{shown(text)} is not an identifier{advice or f'; expected one of {known} and a value'}")
    return f"{kind}:{_READERS[kind](value.strip())}"


def aws_account(text: str) -> str:
    """Return an AWS account id; raises ``ValueError``."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{4}-[0-9]{4}", text):
        text = text.replace("-", "")
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError(f"{shown(text)} is not an AWS account: expected 12 digits, leading zeros included")
    return text


def gcp_project(text: str) -> str:
    """Return a Google Cloud project id; raises ``ValueError``."""
    if not _PROJECT.match(text):
        number = "; this looks like a project number, expected the id" if text.isdigit() else ""
        expected = number or ": expected 6 to 30 small letters, digits and hyphens, beginning with a letter"
        raise ValueError(f"{shown(text)} is not a Google Cloud project id{expected}")
    return text


def azure_tenant(text: str) -> str:
    """Return an Entra tenant id in lower case; raises ``ValueError``."""
    if not _UUID.match(text.lower()):
        raise ValueError(f"{shown(text)} is not a tenant id: expected a UUID (8-4-4-4-12 hex digits)")
    return text.lower()


def host(text: str) -> str:
    """Return a host name in lower case and in its ASCII form (IDNA); raises ``ValueError``.

    No scheme, port, path or wildcard: a name covers its subdomains by itself.
    """
    if "://" in text or "/" in text:
        bare = text.split("://")[-1].split("/")[0]
        raise ValueError(f"{shown(text)} is an address, expected a host name alone{_did_you_mean(bare)}")
    if re.search(r":\d*\Z", text):
        raise ValueError(f"{shown(text)} has a port, expected a host name alone{_did_you_mean(text.partition(':')[0])}")
    if text.startswith(("*.", ".")):
        raise ValueError(f"{shown(text)}: a host covers its subdomains by itself{_did_you_mean(text.lstrip('*.'))}")
    name = _ascii(text.rstrip("."))
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253 or labels[-1].isdigit() or not all(_LABEL.match(label) for label in labels):
        raise ValueError(f"{shown(text)} is not a host name: expected one like datadoghq.eu")
    return name


def _ascii(text: str) -> str:
    try:
        return text.lower() if text.isascii() else text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError(f"{shown(text)} is not a host name: expected one like datadoghq.eu") from None


def _cloud(text: str) -> str:
    usual = {"google": "gcp", "gcloud": "gcp", "amazon": "aws", "microsoft": "azure", "aws-gov": "aws-us-gov"}
    value = text.lower()
    if value not in CLOUDS:
        guess = usual.get(value)
        advice = _did_you_mean(guess) if guess else nearest(value, CLOUDS) or f"; expected one of {', '.join(CLOUDS)}"
        raise ValueError(f"{shown(text)} is not a cloud this version knows{advice}")
    return value


def _terraform_provider(text: str) -> str:
    value = text.lower()
    if not _PROVIDER.match(value):
        short = "/".join(value.split("/")[-2:])
        advice = _did_you_mean(short) if value.count("/") == 2 and _PROVIDER.match(short) else ", like datadog/datadog"
        raise ValueError(f"{shown(text)} is not a Terraform provider: expected namespace/type{advice}")
    return value


def _did_you_mean(text: str) -> str:
    return f"; did you mean {shown(text)}?" if text else ""


_READERS: dict[str, Callable[[str], str]] = {
    "cloud": _cloud,
    "terraform-provider": _terraform_provider,
    "aws-account": aws_account,
    "gcp-project": gcp_project,
    "azure-tenant": azure_tenant,
    "host": host,
}
