"""A rule that is in Acme's agreement and in nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dpa_guard import Agreement, Finding, Inventory, Resource

Verdict = Literal["pass", "fail", "unknown"]


class LogsInGermany:
    """Log groups are kept in Germany.

    What it looks for: every log group in CloudWatch Logs, and the countries it lies in.

    Why: annex 2 of Acme's agreement (article 6.1) promises the works council that logs stay in Germany.

    What to do: make the log group in a German region, or ask the works council first.
    """

    rule = "acme-logs-in-germany"
    article = "6.1"

    def examine(self, inventory: Inventory, agreement: Agreement) -> Iterator[Finding]:  # noqa: ARG002  # the hook's shape
        """Yield one finding for each log group."""
        for resource in inventory.resources:
            if resource.service == "logs":
                yield self._judge(resource)

    def _judge(self, resource: Resource) -> Finding:
        countries = sorted({country for place in resource.locations for country in place.countries})
        known = bool(resource.locations) and all(place.extent == "exact" for place in resource.locations)
        if set(countries) - {"DE"}:
            return self._say("fail", "acme-logs-elsewhere", resource, countries, cure="acme-move-logs")
        if known:
            return self._say("pass", "acme-logs-at-home", resource, countries)
        return self._say("unknown", "acme-logs-somewhere", resource, countries)

    def _say(self, verdict: Verdict, reason: str, resource: Resource, countries: list[str], cure: str = "") -> Finding:
        return Finding(
            rule=self.rule,
            article=self.article,
            verdict=verdict,
            resource=resource,
            party=None,
            locations=resource.locations,
            reason_code=reason,
            params={"countries": ", ".join(countries)},
            cure=cure,
        )
