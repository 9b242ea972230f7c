"""Where one instance is (rule R5): its own place, else its provider's, else its parent's; then every copy.

A known attribute beats everything, and unknown beats defaults. Whatever cannot be known is a location of extent
``unknown`` that carries the reason; it is never left out.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw

from dpa_guard.gazetteer.attributes import Attribute
from dpa_guard.gazetteer.places import find
from dpa_guard.model import Basis, Location
from dpa_guard_terraform.configuration import Entry
from dpa_guard_terraform.contexts import Context
from dpa_guard_terraform.expressions import at_path
from dpa_guard_terraform.forms import Form, derived, read_form
from dpa_guard_terraform.graph import Graph
from dpa_guard_terraform.locations import (
    account_like,
    at,
    hide,
    of_value,
    parse_arn,
    region_of_zone,
    same_place,
    unknown,
    zone_belongs_to,
)
from dpa_guard_terraform.objects import Subject
from dpa_guard_terraform.readers import TypeReader, plain, reader_of
from dpa_guard_terraform.reading import Found, walk

Values = dict[str, Any]


class Locator:
    """Places the instances of one document."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._remembered: dict[tuple[object, ...], tuple[tuple[Location, ...], str]] = {}
        self._mirrors: dict[tuple[str, bytes], tuple[bytes, ...] | bool] = {}
        self._interned: dict[tuple[Location, ...], tuple[Location, ...]] = {}
        graph.primary_of = self.primary

    def primary(self, subject: Subject) -> tuple[Location, ...]:
        """Return the primary locations of an object others refer to; empty while it is being looked for."""
        found, _, _ = self.locate(subject)
        return tuple(location for location in found if location.role == "primary")

    def locate(self, subject: Subject) -> tuple[tuple[Location, ...], str, str]:
        """Return every location of an instance, the account it is in ("" if not known) and its partition."""
        reader = reader_of(subject.kind)
        cloud, context, entry = self._graph.surroundings(subject)
        try:
            raw = reader.raw_values(subject.values)
            raw_unknown = self._mirror(reader, subject.unknown)
            raw_sensitive = self._mirror(reader, subject.sensitive)
        except msgspec.DecodeError:
            return (unknown("primary", "values-not-readable"),), "", cloud
        own_arn = raw[0] if reader.arn_is_own and not _writes_arn(entry) else b""
        account, arn_region = _account(cloud, own_arn, raw[1], raw[2])
        if cloud == "gcp" and (_marked(raw_unknown, 2) or _marked(raw_sensitive, 2)):
            account, context_account = "", ""  # the project is another than the provider's, and not known
        else:
            context_account = context.account
        key: tuple[object, ...] = (
            subject.kind,
            id(context),
            _set_by(reader, entry, raw_unknown),
            arn_region,
            reader.shared(raw),
            raw_unknown,
            raw_sensitive,
        )
        found = self._remembered.get(key)
        if found is None:
            look = _Look(self._graph, reader, cloud, context, entry, subject, arn_region)
            places = look.all(_loaded(reader, raw), _loaded(reader, raw_unknown), _loaded(reader, raw_sensitive))
            places = self._interned.setdefault(places, places)
            found = places, _partition(cloud, context, places)
            if not look.used_references:
                self._remembered[key] = found
        return found[0], account or context_account, found[1]

    def _mirror(self, reader: TypeReader, raw: Raw) -> tuple[bytes, ...] | bool:
        text = bytes(raw)
        if len(text) <= 5:  # null, true, false, {}, []
            return text == b"true"
        known = self._mirrors.get((reader.kind, text))  # objects of one block mostly have the same
        if known is None:
            known = self._mirrors[reader.kind, text] = reader.raw_values(raw) if text.startswith(b"{") else False
        return known


def _writes_arn(entry: Entry | None) -> bool:
    return entry is not None and b'"arn"' in bytes(entry.resource.expressions)


def _marked(mirror: tuple[bytes, ...] | bool, position: int) -> bool:
    """Is the value at a position unknown, or sensitive, as its mirror says?"""
    return mirror[position] == b"true" if isinstance(mirror, tuple) else mirror


def _set_by(reader: TypeReader, entry: Entry | None, raw_unknown: tuple[bytes, ...] | bool) -> object:
    """Return the block that may set what is not known before apply, None where no block does: read off the raw text.

    What an unknown attribute means depends on its expression, so objects of different blocks share no answer then.
    """
    if entry is None or raw_unknown is False:
        return None
    text = bytes(entry.resource.expressions)
    names = zip(reader.marks, raw_unknown, strict=True) if isinstance(raw_unknown, tuple) else ()
    concerned = raw_unknown is True or any(
        b"true" in value and (mark in text or value != b"true") for mark, value in names
    )
    return id(entry) if concerned else None


def _partition(cloud: str, context: Context, locations: tuple[Location, ...]) -> str:
    """Return which of a cloud's partitions an object is in: a contract party of its own."""
    if context.partition:
        return context.partition
    for location in locations:
        if location.code and location.role == "primary" and location.extent != "unknown":
            place = find(cloud, location.code)
            if place is not None and place.partition:
                return place.partition
    return cloud


def _loaded(reader: TypeReader, raw: tuple[bytes, ...] | bool) -> Any:
    if isinstance(raw, bool):
        return raw
    return {name: msgspec.json.decode(value) for name, value in zip(reader.names, raw, strict=True) if value}


def _account(cloud: str, arn: bytes, identity: bytes, project: bytes) -> tuple[str, str]:
    """Return (account, region) as the object's own ARN, id or project names them."""
    if cloud == "aws" and arn.startswith(b'"arn:'):
        parts = parse_arn(arn.decode("utf-8", "replace").strip('"'))
        return (account_like(cloud, parts[3]), parts[2]) if parts else ("", "")
    if cloud == "azure" and identity.lower().startswith(b'"/subscriptions/'):
        return account_like(cloud, identity.decode("utf-8", "replace").strip('"').split("/")[2]), ""
    if cloud == "gcp" and project.startswith(b'"'):
        return account_like(cloud, project.decode("utf-8", "replace").strip('"')), ""
    return "", ""


class _Look:
    """One look at one instance."""

    def __init__(
        self,
        graph: Graph,
        reader: TypeReader,
        cloud: str,
        context: Context,
        entry: Entry | None,
        subject: Subject,
        arn_region: str,
    ) -> None:
        self.graph = graph
        self.reader = reader
        self.cloud = cloud
        self.context = context
        self.entry = entry
        self.subject = subject
        self.arn_region = arn_region
        self.expressions = entry.expressions() if entry is not None else {}
        self.used_references = False
        """Did the answer depend on another object? Then it is this instance's alone."""

    def all(self, values: Any, unknowns: Any, sensitive: Any) -> tuple[Location, ...]:
        """Return every location, the primary ones first."""
        found = self._primary(values, unknowns, sensitive)
        for attribute in self.reader.attributes:
            if attribute.role not in {"primary", "none"}:
                found.extend(self._attribute(attribute, values, unknowns, sensitive, found))
        if values is not None:
            found.extend(self._not_understood(values, unknowns))
            found.extend(self._of_a_newer_schema())
        if self.subject.kind.startswith("azapi_"):  # its body is that of any resource of Azure, places included
            found.append(unknown("primary", "attribute-not-understood", "body"))
        if any(one.extent == "worldwide" for one in found):  # then there is no place it is not in
            found = [one for one in found if one.why != "no-place-of-its-own"]
        if self._moved():
            found = [unknown("primary", "custom-endpoint", self.context.label)]
        return tuple(dict.fromkeys(found))

    # -- the primary place ------------------------------------------------------------------------------------------

    def _primary(self, values: Any, unknowns: Any, sensitive: Any) -> list[Location]:
        rows = [attribute for attribute in self.reader.attributes if attribute.role == "primary"]
        replaced = self._replaced(rows, values, unknowns)
        found: list[Location] = []
        for row in rows:
            if plain(row.path)[0] not in replaced:
                found.extend(self._attribute(row, values, unknowns, sensitive, ()))
        found += [one for one in self._zones(values, unknowns, sensitive) if not any(same_place(one, x) for x in found)]
        found = self._with_region(found, values, unknowns, sensitive)
        if found:
            return found
        for row in rows:
            found.extend(derived(row, self.cloud, (), self.reader.service))
        return found or self._fallback()

    def _replaced(self, rows: list[Attribute], values: Any, unknowns: Any) -> set[str]:
        """Return the attributes that another one, where it is set, speaks for."""
        return {
            row.replaces
            for row in rows
            if row.replaces and any(True for _ in walk(values, unknowns, None, plain(row.path)))
        }

    def _with_region(self, found: list[Location], values: Any, unknowns: Any, sensitive: Any) -> list[Location]:
        """Add the top-level region, zone and location that every type of a cloud has in common."""
        own = {plain(row.path) for row in self.reader.attributes}
        names = {"aws": ("region",), "gcp": ("zone", "region", "location"), "azure": ("location",)}.get(self.cloud, ())
        common: list[Location] = []
        for name in names:
            if (name,) not in own:
                for one in walk(values, unknowns, sensitive, (name,)):
                    common.extend(self._common(name, one))
        if self.cloud == "aws" and "global" not in (self.reader.placing or ()):
            if not common and self.arn_region:
                common = [at("aws", self.arn_region, "primary", "declared", "arn")]
            if not common and found:
                default = self._provider_default()
                common = [one for one in default if one.extent != "unknown"]
        return _without_covered(found, common)

    def _zones(self, values: Any, unknowns: Any, sensitive: Any) -> list[Location]:
        """Return the zones of the two arguments that name one in every type of AWS, where no row of the type does."""
        own = {plain(row.path) for row in self.reader.attributes}
        zones: list[Location] = []
        for name in _AWS_ZONES if self.cloud == "aws" else ():
            if (name,) not in own:
                for one in walk(values, unknowns, sensitive, (name,)):
                    zones.extend(self._common(name, one))
        return zones

    def _common(self, name: str, one: Found) -> list[Location]:
        if one.unknown:
            return [unknown("primary", "unknown-until-apply", name)] if self._was_set((name,), 0) else []
        if one.path != name:
            return [unknown("primary", "attribute-of-wrong-type", name)]
        return [of_value(self.cloud, one.value, "primary", name, self.reader.service, sensitive=one.sensitive)]

    def _fallback(self) -> list[Location]:
        placing = self.reader.placing
        if placing is None:
            return [unknown("primary", "type-not-known")] if self.reader.row is None and self.cloud else []
        if "global" in placing:
            return [
                at("aws", _GLOBAL.get(self.context.partition, "aws-global"), "control", "declared", "global service")
            ]
        default = self._provider_default()
        if default:
            return default
        if self.reader.row is not None and self.reader.row.class_ in {"configures", "nothing"}:
            return []
        return self._parent()

    def _provider_default(self) -> list[Location]:
        """Return the place the provider puts things that name none, where this type accepts it."""
        placing = self.reader.placing or frozenset()
        if self.cloud == "aws" and "region" in placing:
            return [self._of_reading("region")]
        if self.cloud == "gcp" and "zone?" in placing:
            return [self._of_reading("zone")]
        if self.cloud == "gcp" and "region?" in placing:
            return [self._of_reading("region")]
        if self.cloud == "gcp" and self.subject.kind in _ZONE_THEN_REGION:
            return [self._of_reading("zone" if self.context.zone.why != "provider-region-unset" else "region")]
        return []

    def _of_reading(self, name: str) -> Location:
        reading = self.context.zone if name == "zone" else self.context.region
        label = self.context.label
        if reading.why:
            return unknown("primary", reading.why, label)
        if not isinstance(reading.value, str):
            return unknown("primary", "attribute-of-wrong-type", label)
        basis: Basis = "inferred" if reading.inferred else "declared"
        found = at(self.cloud, reading.value, "primary", basis, label)
        if reading.inferred:
            if found.extent == "unknown":
                return unknown("primary", "reference-is-no-place", label)
            if self.graph.contradicted(self.context, reading.value):
                return unknown("primary", "provider-region-contradicted", label)
        return hide(found) if reading.sensitive else found

    def _parent(self) -> list[Location]:
        """Take the place of what it belongs to, where all that it refers to agree."""
        self.used_references = True
        return self.graph.parent_places(self.subject, self.entry, self.expressions, self._not_parents())

    def _not_parents(self) -> frozenset[str]:
        return frozenset(plain(row.path)[0] for row in self.reader.attributes if row.role != "primary")

    # -- every other place ------------------------------------------------------------------------------------------

    def _attribute(
        self, row: Attribute, values: Any, unknowns: Any, sensitive: Any, primary: tuple[Location, ...] | list[Location]
    ) -> list[Location]:
        steps = plain(row.path)
        found: list[Location] = []
        seen = False
        for one in walk(values, unknowns, sensitive, steps):
            if one.unknown and not self._was_set(steps, one.rest):
                continue  # the provider computes it
            seen = True
            found.extend(self._form(row, one, primary))
        if not seen and row.role != "primary":
            found.extend(derived(row, self.cloud, tuple(primary), self.reader.service))
        return found

    def _form(self, row: Attribute, one: Found, primary: tuple[Location, ...] | list[Location]) -> list[Location]:
        if not one.unknown and (one.rest or one.path.count("[") > sum(step.endswith("[]") for step in row.path)):
            return [unknown(row.role, "attribute-of-wrong-type", one.path)]
        form = Form(row, self.cloud, self.reader.service, one, tuple(primary))
        answer = read_form(form)
        if answer is not None:
            return answer
        self.used_references = True
        return self.graph.referred(self.subject, self.entry, at_path(self.expressions, plain(row.path)), form)

    def _not_understood(self, values: Any, unknowns: Any) -> list[Location]:
        """Report a location-like attribute that is set and that no row of the catalogue explains."""
        return [
            unknown("primary", "attribute-not-understood", ".".join(steps))
            for steps in self.reader.not_understood
            if any(not one.unknown or self._was_set(steps, one.rest) for one in walk(values, unknowns, None, steps))
        ]

    def _of_a_newer_schema(self) -> list[Location]:
        """Report what speaks of a place, is set, and stands at the top of a type that no table has an attribute of.

        Of types that the tables know, every such attribute of their schema is either catalogued or not understood.
        """
        if self.reader.placing is not None or self.reader.row is not None:
            return []
        told = {*self.reader.names, *_OF_NO_PLACE}
        return [
            unknown("primary", "attribute-not-understood", name[:64])
            for name, value in msgspec.json.decode(self.subject.values).items()
            if name not in told and _SPEAKS_OF_A_PLACE.search(name) and value not in (None, "", [], {})
        ]

    def _was_set(self, steps: tuple[str, ...], rest: int) -> bool:
        """Did the configuration give a value, one that is only known after apply?

        ``rest`` steps of the path were left where it became unknown. An attribute within a block that the block's
        expressions do not have may come from a ``dynamic`` block, which a plan's configuration leaves out: it counts
        as set. A whole block, or an attribute of the object itself, that has no expression is computed.
        """
        if self.entry is None:
            return False
        reached = steps[: len(steps) - rest]
        written = at_path(self.expressions, reached)
        if not written:
            return len(reached) > 1 and not rest
        return not all(self.graph.evaluator.settled(one, self.entry.module) for one in written)

    def _moved(self) -> bool:
        moved = self.context.moved_services
        if not moved:
            return False
        prefix = self.subject.kind.split("_")[1] if "_" in self.subject.kind else ""
        return bool(moved & {self.reader.service.replace("-", ""), prefix, "*"})


_SPEAKS_OF_A_PLACE = re.compile(r"region|location|zone(?!_id)|datacenter|data_center|geo")
_OF_NO_PLACE = frozenset({"time_zone", "timezone", "allocation_id"})
_AWS_ZONES = ("availability_zone", "availability_zone_id")
_GLOBAL = {"aws-cn": "aws-cn-global", "aws-us-gov": "aws-us-gov-global"}
_ZONE_THEN_REGION = frozenset({"google_container_cluster", "google_container_node_pool"})
"""Types whose ``location`` falls back to the provider's zone, then its region (provider documentation)."""


def _without_covered(zones: list[Location], regions: list[Location]) -> list[Location]:
    """Join zones and regions: a region that a known zone of its own already tells more exactly is left out."""
    kept = list(zones)
    for region in regions:
        covered = any(
            zone.code
            and region.code
            and zone.extent != "unknown"
            and (
                zone_belongs_to(zone.code, region.code)
                or region_of_zone("gcp", zone.code) == region.code
                or (same_place(zone, region))
            )
            for zone in zones
        )
        if not covered:
            kept.append(region)
    return kept
