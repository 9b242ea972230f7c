"""What an attribute's value says of a place, by the form its catalogue row gives it.

``read_form`` answers None where only another object of the plan can tell (a bucket's name carries no region):
``dpa_guard_terraform.graph`` then follows the reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from dpa_guard.gazetteer.attributes import NO_ATTRIBUTE, Attribute
from dpa_guard.gazetteer.pairs import UNKNOWN, pair_of
from dpa_guard.gazetteer.places import find
from dpa_guard.model import Location, Role
from dpa_guard_terraform.locations import at, hide, of_value, parse_arn, unknown
from dpa_guard_terraform.reading import Found


class Form(Struct, frozen=True):
    """An attribute's value, with what is needed to understand it."""

    row: Attribute
    cloud: str
    service: str
    found: Found
    primary: tuple[Location, ...]

    @property
    def role(self) -> Role:
        return self.row.role  # type: ignore[return-value]  # "none" rows are never read

    def unknown(self, why: str) -> list[Location]:
        """Return the one answer of which only the reason is known."""
        return [unknown(self.role, why, self.found.path)]


def read_form(form: Form) -> list[Location] | None:
    """Return the locations a value means; None where another object has to be asked."""
    kind = form.row.form
    answer: list[Location] | None
    if kind in _BY_OBJECT:
        answer = _BY_OBJECT[kind](form)
    elif form.found.unknown:
        return form.unknown("unknown-until-apply")
    else:
        reader = _READERS.get(kind)
        answer = reader(form) if reader is not None else form.unknown("attribute-not-understood")
    if answer is None or not form.found.sensitive:
        return answer
    return [hide(one) if one.code is not None else one for one in answer]


def derived(row: Attribute, cloud: str, primary: tuple[Location, ...], service: str) -> list[Location]:
    """Return what leaving the attribute out means: the vendor's documented default, unknown, or nothing."""
    role: Role = row.role  # type: ignore[assignment]  # "none" rows are never asked
    path = ".".join(row.path)
    absent, _, code = row.absent.partition(":")
    if absent == "default":
        return [at(cloud, code, role, "declared", f"{path} (default)", service)]
    if absent == "worldwide":
        return [Location(role, None, (), "worldwide", "declared", f"{path} (default)")]
    if absent == "pair":
        return _pairs(role, primary, f"{path} (default)")
    if absent == "nearest-multi-region":
        return _nearest(role, primary, f"{path} (default)", service)
    if absent == "unknown":
        return [unknown(role, "plan-cannot-tell" if row.path == (NO_ATTRIBUTE,) else "absent-and-no-default", path)]
    return []


def _place(form: Form) -> list[Location]:
    found = form.found
    return [of_value(form.cloud, found.value, form.role, found.path, form.service, sensitive=found.sensitive)]


def _zone(form: Form) -> list[Location]:
    """A zone, never a region in a zone's place: that would be no zone at all, and apply would refuse it."""
    value = form.found.value
    if form.cloud == "aws" and isinstance(value, str):
        place = find("aws", value)
        if place is not None and place.kind in {"region", "global"}:
            return [unknown(form.role, "code-not-known", form.found.path, value)]
    return _place(form)


def _aws_place(form: Form) -> list[Location]:
    """A region of AWS even where the provider is another cloud's (GKE on AWS)."""
    return [of_value("aws", form.found.value, form.role, form.found.path, sensitive=form.found.sensitive)]


def _arn(form: Form) -> list[Location] | None:
    if form.row.path[-1].startswith("outpost"):
        return form.unknown("outpost-at-customer-site")
    parts = parse_arn(form.found.value)
    if parts is None:
        return None
    if not parts[2]:
        return None if parts[1] == "s3" else form.unknown("arn-without-region")
    return [at("aws", parts[2], form.role, "declared", form.found.path)]


def _arn_only(form: Form) -> list[Location] | None:
    """An address or a host is no place of the cloud: who is behind it is asked of parties, not of regions."""
    if isinstance(form.found.value, str) and not form.found.value.startswith("arn:"):
        return []
    return _arn(form)


def _source(form: Form) -> list[Location] | None:
    """What this is a copy of: a bare name is in the same region, an ARN may name another."""
    if isinstance(form.found.value, str) and not form.found.value.startswith("arn:"):
        return []
    return _own_arn(form)


def _own_arn(form: Form) -> list[Location] | None:
    """An ARN that names its region answers alone; everything else is asked of the object referred to."""
    if form.found.unknown:
        return None
    if form.row.path[-1].startswith("outpost"):
        return form.unknown("outpost-at-customer-site")
    parts = parse_arn(form.found.value)
    if parts is not None and parts[2]:
        return [at("aws", parts[2], form.role, "declared", form.found.path)]
    named = _IN_RESOURCE_NAME.search(form.found.value) if isinstance(form.found.value, str) else None
    if named is not None and form.cloud == "gcp":
        return [at("gcp", named[1], form.role, "declared", form.found.path, form.service)]
    return None


_IN_RESOURCE_NAME = re.compile(r"(?:^|/)projects/[^/]+/(?:locations|regions|zones)/([^/]+)(?:/|$)")
"""https://cloud.google.com/apis/design/resource_names"""


def _container_logs(form: Form) -> list[Location]:
    """Return the regions that container definitions, written as JSON text, send their logs to.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    value = form.found.value
    try:
        read = msgspec.json.decode(value) if isinstance(value, str) else None
    except (msgspec.DecodeError, RecursionError):
        read = None
    if not isinstance(read, (list, dict)):
        return form.unknown("attribute-not-understood")
    path, sensitive = form.found.path, form.found.sensitive
    return [of_value("aws", one, form.role, path, sensitive=sensitive) for one in _log_regions(read)]


def _log_regions(read: Any) -> Iterator[Any]:
    waiting = [read]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            if isinstance(value.get("logDriver"), str) and isinstance(options := value.get("options"), dict):
                names = ("awslogs-region",) if value["logDriver"] == "awslogs" else ("region",)
                yield from (options[name] for name in names if options.get(name) not in (None, ""))
            waiting.extend(reversed(value.values()))


def _redundancy(form: Form) -> list[Location]:
    value = form.found.value
    if not isinstance(value, str):
        return form.unknown("attribute-of-wrong-type")
    spelled = value.upper().replace("-", "").replace("_", "")
    if spelled in _ONE_REGION:
        return []
    return _pairs(form.role, form.primary, form.found.path) if spelled in _PAIRED else form.unknown("code-not-known")


def _pair_flag(form: Form) -> list[Location]:
    if not isinstance(form.found.value, bool):
        return form.unknown("attribute-of-wrong-type")
    return _pairs(form.role, form.primary, form.found.path) if form.found.value is True else []


def _pair_unless(form: Form) -> list[Location]:
    if not isinstance(form.found.value, bool):
        return form.unknown("attribute-of-wrong-type")
    return [] if form.found.value is True else _pairs(form.role, form.primary, form.found.path)


def _edge_scheme(form: Form) -> list[Location]:
    """A global load balancer answers at every edge of the network; a regional or internal one does not."""
    value = form.found.value
    if not isinstance(value, str):
        return form.unknown("attribute-of-wrong-type")
    return _worldwide_edge(form) if value in {"EDGE", "EXTERNAL", "EXTERNAL_MANAGED", "Enabled"} else []


def _auto_flag(form: Form) -> list[Location]:
    return [Location(form.role, None, (), "worldwide", "declared", form.found.path)] if form.found.value else []


def _worldwide_edge(form: Form) -> list[Location]:
    value = form.found.value
    return [
        Location(form.role, value if isinstance(value, str) else None, (), "worldwide", "declared", form.found.path)
    ]


def _model_profile(form: Form) -> list[Location]:
    value = form.found.value
    if not isinstance(value, str):
        return form.unknown("attribute-of-wrong-type")
    parts = parse_arn(value)
    name = value.rsplit("/", 1)[-1]
    head = name.split(".", 1)[0]
    if head in {"eu", "us", "apac", "global", "jp", "au", "ca", "us-gov"}:
        return [at("aws", head, form.role, "declared", form.found.path, "bedrock")]
    if parts is not None and parts[2]:
        return [at("aws", parts[2], form.role, "declared", form.found.path)]
    return []  # a plain model id is served in the caller's own region


def _pairs(role: Role, primary: tuple[Location, ...], path: str) -> list[Location]:
    """Return the paired region of each primary place; unknown where the table knows none."""
    found = []
    for place in primary:
        if place.role != "primary":
            continue
        pair = pair_of(place.code) if place.code else UNKNOWN
        if isinstance(pair, str):
            found.append(at("azure", pair, role, "declared", path))
        elif pair is UNKNOWN:
            found.append(unknown(role, "pair-not-known", path))
    return found


def _nearest(role: Role, primary: tuple[Location, ...], path: str, service: str) -> list[Location]:
    """Return the multi-region nearest to each primary place, which Google takes by default."""
    found = []
    for place in primary:
        head = (place.code or "").lower().split("-", 1)[0]
        code = {"europe": "eu", "us": "us", "northamerica": "us", "asia": "asia"}.get(head)
        nearest = at("gcp", code, role, "declared", path, service) if code else None
        if nearest is not None and nearest.extent == "unknown":
            nearest = at("gcp", str(code), role, "declared", path, "compute")
        found.append(nearest or unknown(role, "absent-and-no-default", path))
    return found or [unknown(role, "absent-and-no-default", path)]


_ONE_REGION = frozenset({"LRS", "ZRS", "LOCAL", "ZONE", "LOCALLYREDUNDANT", "ZONEREDUNDANT", "PREMIUMLRS"})
_PAIRED = frozenset({"GRS", "RAGRS", "GZRS", "RAGZRS", "GEO", "GEOZONE", "GEOREDUNDANT", "GEOZONEREDUNDANT"})
_BY_OBJECT: dict[str, Callable[[Form], list[Location] | None]] = {
    "bucket": _own_arn,
    "reference": _own_arn,
    "gs-path": _own_arn,
    "source": _source,
}
"""Forms that another object of the plan may answer although the value is only known after apply."""

_READERS: dict[str, Callable[[Form], list[Location] | None]] = {
    "region": _aws_place,
    "zone": _zone,
    "location": _place,
    "sku": _place,
    "data-location": _place,
    "container-logs": _container_logs,
    "arn": _arn,
    "arn-only": _arn_only,
    "redundancy": _redundancy,
    "pair-flag": _pair_flag,
    "pair-unless": _pair_unless,
    "edge-scheme": _edge_scheme,
    "auto-flag": _auto_flag,
    "price-class": _worldwide_edge,
    "model-profile": _model_profile,
}
