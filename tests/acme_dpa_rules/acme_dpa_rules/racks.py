"""Acme's own machines, which no cloud lists.

They are written in the configuration:

    [[scope]]
    name = "racks"
    provider = "acme-racks"
    machines = { "db-1" = "DE", "db-2" = "NL" }
"""

from __future__ import annotations

from collections.abc import Iterator

from dpa_guard import Context, Coverage, Gap, Location, Observation, Resource, Scope


class Racks:
    """Lists the machines of the scope's ``machines`` table, and judges nothing."""

    name = "acme-racks"

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:  # noqa: ARG002  # the hook's shape
        """Yield one resource per machine; without a table there is a gap, never an empty answer."""
        machines = scope.settings.get("machines")
        if not isinstance(machines, dict) or not machines:
            yield Gap(scope=scope.name, reason_code="acme-no-machines")
            return
        for machine, country in sorted(machines.items()):
            place = Location("primary", code=None, countries=(country,), extent="exact", read_from="machines")
            yield Resource(
                id=machine,
                kind="acme_machine",
                service="",
                class_="stores",
                provider=self.name,
                partition="",
                account="",
                source=scope.name,
                locations=(place,),
            )
        yield Coverage(scope=scope.name, account="", region="", services={"*": "looked"}, source=scope.name)
