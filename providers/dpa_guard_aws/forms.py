"""What a value found in an answer says of a place, by the form that its row of the table gives it.

A bucket's name carries no region: it is answered with the ``Bucket`` it means, and placed when all buckets are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from dpa_guard.gazetteer.places import Place, find
from dpa_guard.gazetteer.territory import is_country
from dpa_guard.model import Location, Role
from dpa_guard_aws.calls import Told

__all__ = ["Bucket", "Placer", "region_named"]

OUTPOST = "outpost"
"""The word a row uses for hardware at the customer's own site."""
_BUCKET_HOST = re.compile(r"([a-z0-9.-]+?)\.s3[.-][a-z0-9.-]*amazonaws\.[a-z.]+\Z")
_DIRECTORY_BUCKET = re.compile(r".+--([a-z0-9-]+)--x-s3\Z")
_OLD_SPELLINGS = {"EU": "eu-west-1"}
"""S3 API reference, GetBucketLocation."""


class Bucket(Struct, frozen=True, gc=False):
    """A place that is wherever a bucket is."""

    role: Role
    name: str
    read_from: str


def region_named(value: str) -> str:
    """Return the code of the region a value names, also by an old spelling."""
    return _OLD_SPELLINGS.get(value, value)


class Placer:
    """Reads values as places. The same reading gives the same tuple, so that thousands of resources share it."""

    def __init__(self, countries: Mapping[str, Told] | None = None) -> None:
        """``countries`` is what AWS itself says of its regions, as far as it could be read."""
        self._countries = {} if countries is None else countries
        self._known: dict[tuple[str, ...], tuple[Location, ...]] = {}
        self.contradictions: dict[str, tuple[str, str]] = {}
        """Region → (countries by the gazetteer, country by AWS), where they differ and a place was read there."""

    def read(self, role: Role, form: str, value: str, service: str, read_from: str) -> tuple[Location | Bucket, ...]:
        """Return the places a value means; ``service`` is the cloud's API name of the resource's kind."""
        if form == "bucket" or (form == "arn" and _is_bucket(value)):
            return self._bucket(role, value, service, read_from)
        key = (role, form, value, service, read_from)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _READERS[form](self, role, value, service, read_from)
        return known

    def at(self, role: Role, code: str, service: str, read_from: str) -> tuple[Location, ...]:
        """Return where a region or zone is; twice where the gazetteer and AWS contradict each other."""
        return self.read(role, "region", code, service, read_from)  # type: ignore[return-value]  # no bucket

    def unknown(self, role: Role, why: str, read_from: str, code: str | None = None) -> Location:
        """Return a place of which only the reason is known why it is not."""
        return Location(role, code, (), "unknown", "measured", read_from, why)

    # -- by form ----------------------------------------------------------------------------------------------------

    def _place(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location, ...]:
        place = find("aws", value, service)
        told = dict(reversed(self._told(value, place)))
        if place is None or place.extent == "unknown":
            why = "code-not-known" if place is None else "place-not-known"
            return self._as_told(role, value, told) or (self.unknown(role, why, read_from, value),)
        found = Location(role, value, place.countries, place.extent, "measured", read_from)
        other = {country: by for country, by in told.items() if place.countries != (country,)}
        if other:
            self.contradictions[value] = ("/".join(place.countries) or place.extent, "/".join(sorted(other)))
        return (found, *self._as_told(role, value, other))

    def _as_told(self, role: Role, value: str, told: Mapping[str, str]) -> tuple[Location, ...]:
        return tuple(Location(role, value, (country,), "exact", "measured", by) for country, by in told.items())

    def _told(self, code: str, place: Place | None) -> Told:
        """Return what AWS tells of a region, or of the region behind a plain zone."""
        if place is not None and place.kind == "zone" and code not in self._countries:
            return self._countries.get(code[:-1], ())
        return self._countries.get(code, ())

    def _zone(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location, ...]:
        within = _DIRECTORY_BUCKET.match(value)
        return self._place(role, within[1] if within else value, service, read_from)

    def _location(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location, ...]:
        if value == OUTPOST:
            return (self.unknown(role, "outpost-at-customer-site", read_from),)
        if find("aws", value, service) is None and is_country(value):
            return (Location(role, None, (value,), "exact", "measured", read_from),)
        return self._place(role, value, service, read_from)

    def _arn(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location, ...]:
        parts = value.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return (self.unknown(role, "arn-expected", read_from),)
        if parts[2] == "outposts" or parts[5].startswith("outpost"):
            return (self.unknown(role, "outpost-at-customer-site", read_from),)
        if not parts[3]:
            return (self.unknown(role, "arn-without-region", read_from),)
        return self._place(role, parts[3], service, read_from)

    def _model_profile(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location, ...]:
        """Read the id or ARN of a model or profile of Bedrock; a plain model is served in the caller's own region."""
        head, dot, _ = value.rsplit("/", 1)[-1].partition(".")
        place = find("aws", head, "bedrock") if dot else None
        if place is not None and place.service == "bedrock":
            return self._place(role, head, "bedrock", read_from)
        parts = value.split(":", 5)
        return self._place(role, parts[3], service, read_from) if len(parts) == 6 and parts[3] else ()

    def _worldwide(self, role: Role, _value: str, _service: str, read_from: str) -> tuple[Location, ...]:
        return (Location(role, None, (), "worldwide", "measured", read_from),)

    def _bucket(self, role: Role, value: str, service: str, read_from: str) -> tuple[Location | Bucket, ...]:
        if value.startswith("arn:"):
            parts = value.split(":", 5)
            if len(parts) == 6 and parts[2] != "s3":
                return self._arn(role, value, service, read_from)
            if len(parts) == 6 and parts[3]:
                return self._place(role, parts[3], service, read_from)
            value = parts[-1]
        elif "://" in value:
            value = value.partition("://")[2]
        name = value.partition("/")[0]
        host = _BUCKET_HOST.match(name)
        return (Bucket(role, host[1] if host else name, read_from),)


def _is_bucket(value: str) -> bool:
    """Is it the ARN of a bucket, which carries no region?"""
    parts = value.split(":", 5)
    return len(parts) == 6 and parts[0] == "arn" and parts[2] == "s3" and not parts[3]


_READERS: Mapping[str, Callable[[Placer, Role, str, str, str], tuple[Location, ...]]] = {
    "region": Placer._place,
    "zone": Placer._zone,
    "location": Placer._location,
    "arn": Placer._arn,
    "model-profile": Placer._model_profile,
    "worldwide": Placer._worldwide,
}
