"""Is a service offered in a region? Asked only where its name has no address there, because a name server that fails
must never turn "could not look" into "nothing there".

AWS publishes the regions of each service in Parameter Store. Where that cannot be read, or does not know the service,
the SDK's own list counts, if it has one.
"""

from __future__ import annotations

from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account
from dpa_guard_aws.requests import PUBLIC_PARAMETERS
from dpa_guard_aws.session import session_for

__all__ = ["Offered"]


class Offered:
    """Answers for one scan; each service is asked about once."""

    def __init__(self, asker: Asker, access: Access, own: Account) -> None:
        self._asker = asker
        self._access = access
        self._own = own
        self._regions: dict[str, frozenset[str]] = {}

    def is_absent(self, service: str, region: str) -> bool:
        """Does somebody who should know say that the service is not in the region? False: nobody says so."""
        regions = self._regions.get(service)
        if regions is None:
            regions = self._regions[service] = self._published(service) or frozenset(
                session_for(self._access).regions_in_sdk(service)
            )
        return bool(regions) and region not in regions

    def _published(self, service: str) -> frozenset[str]:
        path = f"{PUBLIC_PARAMETERS}services/{service}/regions"
        asked = self._asker.ask("ssm.GetParametersByPath", [("", self._own, self._access.region, {"Path": path})])
        items, answer = asked[""]
        return frozenset(str(value) for _, value in items) if answer.status == "looked" else frozenset()
