"""The words of the agreement and of the estate, as types that never change once made.

Everything that travels along the path of the data (see ``docs/architecture.md``) is one of these. They are
``msgspec`` structs: as cheap as tuples, comparable, and written to JSON without a second description.
Reasons and cures are codes with parameters; prose is made per language at the edge (``dpa_guard.report``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

Role = Literal["primary", "replica", "backup", "processing", "edge", "logs", "control", "routing"]
"""What a place is to the data. ``control`` and ``routing`` are listed and never decide a verdict."""

Extent = Literal["exact", "within-eu", "outside-eu", "worldwide", "unknown"]
"""How far ``Location.countries`` can be trusted to be all there are."""

Basis = Literal["measured", "declared", "inferred"]
"""An API said so; a plan, a documented default, the configuration or a document said so; we concluded it."""

Class = Literal["stores", "processes", "carries", "configures", "nothing"]
"""What a kind of resource does with data; "" (empty) where the kind has no row in ``kinds.csv``."""

Fate = Literal["exists", "planned", "leaves", "forgotten"]
"""Is there now (and stays); will be there after apply; is deleted by the plan; stays, but unmanaged."""

Verdict = Literal["pass", "authorised", "fail", "unknown", "not-applicable"]

RunKind = Literal["plan", "state", "scan"]

Status = Literal[
    "looked",
    "not-offered",
    "api-disabled",
    "region-disabled",
    "looked-partly",
    "denied",
    "throttled",
    "unreachable",
    "unsupported",
    "not-attempted",
    "excluded",
]

DECIDING_ROLES: frozenset[str] = frozenset({"primary", "replica", "backup", "processing", "edge", "logs"})
VERDICTS: tuple[Verdict, ...] = ("fail", "unknown", "authorised", "pass", "not-applicable")
CONCLUSIVE: frozenset[str] = frozenset({"looked", "not-offered", "api-disabled", "region-disabled"})

Params = Mapping[str, str]
"""What a reason, a cure or a note is filled in with. Always text, never a value that is not a location."""


class Location(Struct, frozen=True, gc=False):
    """One place where data of a resource may be, be worked on, or pass."""

    role: Role
    code: str | None
    """The cloud's own spelling, as found; None where there is none to show."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, sorted; empty unless ``extent`` is ``exact``."""
    extent: Extent = "unknown"
    basis: Basis = "declared"
    read_from: str = ""
    """Where it was read: an attribute path, ``provider aws.us``, an API field. For messages only."""
    why: str = ""
    """The reason code of an ``unknown`` extent; also ``inferred`` readings may carry one. For messages only."""


class Resource(Struct, frozen=True, gc=False):
    """One object in a cloud or at a vendor, and every place it is known to be in."""

    id: str
    """The full Terraform address in a plan; the cloud's own id (ARN, ARM id, full resource name) in a scan."""
    kind: str
    """The provider's own type name, e.g. ``aws_s3_bucket``."""
    service: str
    """The cloud's own API name, e.g. ``s3``, ``storage``; "" where the kind has no row in ``kinds.csv``."""
    class_: Class | Literal[""]
    provider: str
    """``aws``, ``azure``, ``gcp``, or the Terraform source ``namespace/type`` of a vendor's provider."""
    partition: str
    """The part of the party identifier after ``cloud:`` (``aws``, ``aws-eusc``, ``azure``, ``gcp``); "" elsewhere."""
    account: str
    """AWS account, Google project, Azure subscription; "" where it is not known."""
    source: str
    """The label of the input, or the scope, it was read from."""
    locations: tuple[Location, ...] = ()
    instance: str | None = None
    """None, ``deposed:KEY`` or ``forgotten``. A subject is (source, id, instance)."""
    fate: Fate = "exists"
    told_by: tuple[str, ...] = ()
    """The answers of a live cloud that told of it: operation and, where there is one, the request's id."""


class Engagement(Struct, frozen=True, gc=False):
    """A third party wired in: by which resource, in which way, under which identifier."""

    resource: str
    mechanism: str
    """``cloud`` (the estate runs on it), ``terraform-provider``, and more as they are discovered."""
    direction: Literal["in", "out", "run", "net", "id", "com"]
    """It can read; we push to it; its code runs; transport; it authenticates; a contract exists."""
    identifier: str
    """``kind:value``, e.g. ``cloud:aws``, ``terraform-provider:datadog/datadog``, ``host:datadoghq.eu``."""
    strength: Literal["A", "B", "C", "D"]
    """A an id bound to the vendor; B a host under its domain; C a product name; D a tag or free text."""
    locations: tuple[Location, ...] = ()
    """Its site, where the wiring tells it; empty otherwise."""
    source: str = ""


class Coverage(Struct, frozen=True, gc=False):
    """What was looked at in one account and region, service by service; ``*`` stands for all of them."""

    scope: str
    account: str
    region: str
    services: Mapping[str, Status]
    source: str


class Gap(Struct, frozen=True, gc=False):
    """Something that should have been looked at and was not."""

    scope: str
    reason_code: str
    detail: Params = field(default_factory=dict)


class Note(Struct, frozen=True, gc=False):
    """Something worth saying that never changes the exit code."""

    kind: str
    subject: str
    params: Params = field(default_factory=dict)


class Input(Struct, frozen=True, gc=False):
    """A file that was judged, named by its label and bound by a salted commitment (never by its content)."""

    label: str
    kind: RunKind
    commitment: str
    """``hmac-sha256:`` and 64 hex digits over the bytes as received, keyed with ``salt``."""
    salt: str
    """32 random bytes in hex; whoever holds the file and the salt can confirm the commitment."""


class Assumption(Struct, frozen=True, gc=False):
    """A region the input leaves to the environment and somebody declared instead."""

    source: str
    cloud: str
    region: str
    origin: Literal["command-line", "configuration"]


class Refusal(Struct, frozen=True, gc=False):
    """An input that no assessment could be made of, and why."""

    input: str
    code: str
    params: Params = field(default_factory=dict)


Observation = Resource | Engagement | Coverage | Gap | Note | Input | Assumption | Refusal
"""What a provider may yield. It reports; it never judges."""


class FirstParty(Struct, frozen=True):
    """What is ours: identifiers that make no engagement."""

    aws_accounts: frozenset[str] = frozenset()
    gcp_projects: frozenset[str] = frozenset()
    azure_tenants: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


class Inventory(Struct, frozen=True):
    """All that was seen of the estate at one moment, before anybody judges it."""

    taken_at: datetime
    kind: RunKind
    resources: tuple[Resource, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Note, ...] = ()
    inputs: tuple[Input, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    first_party: FirstParty = FirstParty()


class Party(Struct, frozen=True, gc=False):
    """A third party as a finding names it."""

    identifier: str
    vendor: str | None
    """The catalogue's name for it: a suggestion, never an identity."""
    register_id: str | None
    """The id of its entry in the agreement's register; None where it has none."""


class Finding(Struct, frozen=True, gc=False):
    """What one rule says of one subject. A pass is a finding too."""

    rule: str
    article: str
    verdict: Verdict
    resource: Resource | None
    party: Party | None
    locations: tuple[Location, ...]
    reason_code: str
    params: Params
    cure: str
    """A cure code; "" where there is nothing to mend."""
