"""Every key of ``dpa-guard.toml``: the table that its reading and its published JSON Schema are both made of."""

from __future__ import annotations

from dpa_guard import config as types
from dpa_guard.notify_fields import NOTIFY
from dpa_guard.notify_fields import OTHER_NAMES as OF_NOTIFY
from dpa_guard.toml_file import kinds
from dpa_guard.toml_file.fields import Field, Many, Map, Table

SCHEMA = "dpa-guard/config/1"

OTHER_NAMES = {
    "agreements": "agreement",
    "scopes": "scope",
    "places": "place",
    "exclusions": "exclusion",
    "exclude": "exclusion",
    "ignore": "exclusion",
    "skip": "exclusion",
    "baseline": "known",
    "own": "first_party",
    "accounts": "aws_accounts",
    "projects": "gcp_projects",
    "tenants": "azure_tenants",
    "expires": "review_by",
    "expires_on": "review_by",
    "type": "provider",
    "path": "paths",
    "log": "evidence",
    **OF_NOTIFY,
}
"""Words other tools use, and ours; only for advice on an unknown key."""

AGREEMENT = Table(
    name="agreement",
    doc="An agreement to judge by. One estate can serve several: it is looked at once, judged for each.",
    fields=(
        Field("file", kinds.LINE, "The agreement file, relative to this one", required=True),
        Field("evidence", kinds.LINE, "The folder of its log; a log per agreement"),
        Field("state", kinds.LINE, "The private folder beside the log; <evidence>.state where absent"),
        Field("scopes", Many(kinds.LINE), "The scopes it is judged on; absent: all"),
        Field("require_evidence", kinds.TRUTH, "true: a run that cannot record exits 4"),
    ),
    into=types.AgreementEntry,
)

FIRST_PARTY = Table(
    name="first_party",
    doc="What is ours, beside what the organisation lists by itself: it makes no third party.",
    fields=(
        Field("aws_accounts", Many(kinds.AWS_ACCOUNT, may_be_empty=True), "AWS account ids"),
        Field("gcp_projects", Many(kinds.GCP_PROJECT, may_be_empty=True), "Google Cloud project ids"),
        Field("azure_tenants", Many(kinds.AZURE_TENANT, may_be_empty=True), "Entra tenant ids"),
        Field("domains", Many(kinds.HOST, may_be_empty=True), "Domains, subdomains included"),
    ),
)

SCOPE = Table(
    name="scope",
    doc="A part of the estate to look at. Keys beside these are the provider's own.",
    fields=(
        Field("name", kinds.LINE, "Your own name for it", required=True),
        Field("provider", kinds.ID, "Who looks at it: aws, azure, gcp, terraform, or an installed extension", True),
        Field("paths", Many(kinds.LINE), "Plans and states by pattern, relative to this file; terraform only"),
        Field(
            "assume",
            Map(("aws", "azure", "gcp"), kinds.LINE),
            "The region a plan takes from its environment, by cloud; recorded, basis declared",
        ),
    ),
    into=types.ScopeEntry,
    rest="settings",
)

PLACE = Table(
    name="place",
    doc="What no region table knows: a server of your own.",
    fields=(
        Field("provider", kinds.LINE, "The Terraform source's type, or namespace/type", required=True),
        Field("country", kinds.COUNTRY, "Where it stands", required=True),
        Field("host", kinds.HOST, "Only for this host"),
        Field("source", kinds.TEXT, "How that is known"),
    ),
    into=types.Place,
)

EXCLUSION = Table(
    name="exclusion",
    doc="Holds no data of the agreement, or cannot be looked at. Counted, shown, and only until it is reviewed.",
    fields=(
        Field(
            "what",
            Map(("scope", "account", "region", "service", "kind", "resource"), kinds.LINE, may_be_empty=False),
            "What is left out; all keys must match, resource is a prefix",
            required=True,
        ),
        Field("reason", kinds.TEXT, "Why", required=True),
        Field("owner", kinds.LINE, "Who answers for it", required=True),
        Field("review_by", kinds.DATE, "From this day on it is judged again", required=True),
    ),
    into=types.Exclusion,
)

KNOWN = Table(
    name="known",
    doc="An old deviation that is being mended: still a fail, marked as known until this day.",
    fields=(
        Field("rule", kinds.RULE, "The rule that fails", required=True),
        Field("resource", kinds.LINE, "The resource's id, as the report shows it", required=True),
        Field("until", kinds.DATE, "The last day it is marked", required=True),
        Field("reason", kinds.TEXT, "What is being done"),
    ),
    into=types.Known,
)

FILE = Table(
    name="configuration file",
    doc="How to run. Nothing here changes what was agreed.",
    fields=(
        Field("schema", kinds.constant(SCHEMA), f'Which file this is and in which version: "{SCHEMA}"', required=True),
        Field("agreement", Many(AGREEMENT, may_be_empty=True), "The agreements to judge by"),
        Field("first_party", FIRST_PARTY, "What is ours"),
        Field("scope", Many(SCOPE, may_be_empty=True), "The parts of the estate to look at"),
        Field("place", Many(PLACE, may_be_empty=True), "What no region table knows"),
        Field("exclusion", Many(EXCLUSION, may_be_empty=True), "What is left out, and until when"),
        Field("known", Many(KNOWN, may_be_empty=True), "Old deviations that are being mended"),
        Field("notify", Many(NOTIFY, may_be_empty=True), "Whom to tell what is new"),
    ),
)
