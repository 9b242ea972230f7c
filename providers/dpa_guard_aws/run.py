"""One scan of one scope: who am I, which accounts, which regions, then every call, then the second sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from dpa_guard import Context, Engagement, Gap, Note, Observation, Resource, Scope
from dpa_guard_aws.accounts import (
    Listed,
    Population,
    accounts_of,
    listed_by_organization,
    who_am_i,
    why_not,
)
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.beside import Later, beside
from dpa_guard_aws.calls import Access, Account, Answer, Told
from dpa_guard_aws.cells import Cells
from dpa_guard_aws.countries import countries_of
from dpa_guard_aws.counts import Counts
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.elsewhere import addresses_elsewhere
from dpa_guard_aws.estate import Estate
from dpa_guard_aws.filling import Filling
from dpa_guard_aws.foregone import Foregone
from dpa_guard_aws.forms import Placer
from dpa_guard_aws.offered import Offered
from dpa_guard_aws.pace import Pace
from dpa_guard_aws.partitions import Partition, partition_named, partition_of_region, partitions
from dpa_guard_aws.regions import BY_TABLE, Regions, regions_of
from dpa_guard_aws.rehearsal import rehearsal
from dpa_guard_aws.requests import OWN, rows, table_of
from dpa_guard_aws.scan import Scan
from dpa_guard_aws.session import profile_at_hand, region_of_profile, session_for
from dpa_guard_aws.settings import Wanted
from dpa_guard_aws.witness import Witness

__all__ = ["Run"]


class Run:
    """One scan of one scope, or its rehearsal."""

    def __init__(self, scope: Scope, context: Context, wanted: Wanted, pace: Pace, table: str, rehearsed: bool) -> None:
        self._scope = scope.name
        self._rehearsed = rehearsed
        self._context = context
        self._wanted = wanted
        self._pace = pace
        self._table = table
        self._prepared = Event()
        """Set when there is no time left to prepare in."""
        self._left = Event()
        """Set when nobody listens any more: what is asked beside the scan ends."""

    def observations(self) -> Iterator[Observation]:
        """Yield everything."""
        partition = self._partition()
        if isinstance(partition, Gap):
            yield partition
            return
        access = Access(
            partition.name,
            self._wanted.region or partition.home_region,
            self._wanted.profile,
            self._wanted.external_id,
            self._context.transport if isinstance(self._context.transport, str) else "",
            self._table,
        )
        if not access.endpoint:  # one that a test gives is not the user's doing
            named = addresses_elsewhere(self._wanted.profile, (row.service for row in rows(self._table)))
            for endpoint, services in named.items():
                detail = {"endpoint": endpoint, "services": ", ".join(services[:3]), "count": str(len(services))}
                yield Gap(self._scope, "aws-endpoint-elsewhere", detail)
        session = session_for(access)
        services = [row.service for row in OWN] + [service for service, _ in table_of(access.table).roots()]
        if isinstance(self._context.executor, ThreadPoolExecutor):  # on other machines it would be of no use
            self._context.executor.submit(session.prepare, dict.fromkeys(services), self._prepared)
        try:
            yield from self._scan(access, partition)
        finally:
            self._prepared.set()
            session_for.cache_clear()

    def _partition(self) -> Partition | Gap:
        """Return the partition that was named, or that of the region that was named or is configured."""
        wanted = self._wanted
        known = {"known": ", ".join(partitions())}
        if wanted.partition:
            found = partition_named(wanted.partition)
            return found or Gap(self._scope, "aws-partition-not-known", {"partition": wanted.partition, **known})
        region = wanted.region or region_of_profile(wanted.profile or (*wanted.profiles, "")[0])
        found = partition_of_region(region) if region else partition_named("aws")
        return found or Gap(self._scope, "aws-partition-not-known", {"partition": region, **known})

    def _scan(self, access: Access, partition: Partition) -> Iterator[Observation]:
        say = self._context.progress
        asker = self._asker(access)
        say("who am I")
        own, listed = "", None
        if not self._wanted.profiles:
            (own, seen_in, answer), listed = self._who_and_whose(asker, access)
            if not own:
                yield Gap(
                    self._scope, why_not(answer), {"profile": access.profile or profile_at_hand(), "code": answer.code}
                )
                return
            if seen_in != partition.name:
                detail = {"account": own, "partition": seen_in}
                yield Gap(self._scope, "aws-partition-differs", detail)
                return
        say("accounts")
        population = accounts_of(self._wanted, asker, access, own, self._scope, listed)
        say(f"regions of {len(population.accounts)} accounts")
        regions = regions_of(population.accounts, asker, access)
        accounts = []
        for account in population.accounts:
            if regions[account.id].answer.entered:
                accounts.append(account)
            else:
                self._not_entered(account, regions[account.id], population)
        yield from population.gaps
        yield from population.coverage
        if accounts:
            yield from self._on_regions(accounts, regions)
            if self._rehearsed:
                say("trying each list once")
                first = Dispatcher(access, self._context.executor, self._pace, first_pages=True)
                yield from rehearsal(self._scope, access, partition, accounts, regions, first)
            else:
                with beside(self._context.executor, self._left) as start:
                    yield from self._accounts(access, partition, accounts, regions, start)

    def _who_and_whose(self, asker: Asker, access: Access) -> tuple[tuple[str, str, Answer], Listed | None]:
        """Return who the credentials at hand are, and, asked beside it, the accounts of their organisation."""
        if not self._wanted.organization or self._context.executor is None:
            return who_am_i(asker, access), None
        listing = self._asker(access)
        with beside(self._context.executor, self._left) as start:
            listed = start(lambda: listed_by_organization(listing, access))
            return who_am_i(asker, access), listed.result()

    def _asker(self, access: Access) -> Asker:
        dispatcher = Dispatcher(access, self._context.executor, self._pace, stopped=self._left.is_set)
        return Asker(dispatcher, access.table)

    def _not_entered(self, account: Account, regions: Regions, population: Population) -> None:
        answer = regions.answer
        population.leave_out(
            self._scope,
            account.id,
            "aws-account-denied-by-policy" if answer.by_policy else "aws-account-not-entered",
            "sts AssumeRole",
            role=account.role_arn.partition("/")[2],
            code=answer.code,
            request_id=answer.request_id,
        )

    def _accounts(
        self,
        access: Access,
        partition: Partition,
        accounts: list[Account],
        regions: dict[str, Regions],
        start: Callable[[Callable[[], Any]], Future[Any]],
    ) -> Iterator[Observation]:
        on = sorted({region for account in accounts for region in regions[account.id].on})
        asking = self._asker(access)
        asked = start(lambda: countries_of(on, asking, access, accounts[0]))
        witness = Witness(self._asker(access), access)
        counts = Counts(self._asker(access))

        def ask_second_sources() -> None:
            witness.ask(accounts, regions)
            counts.ask(accounts, regions)

        witnessed = start(ask_second_sources)
        countries: Later[Told] = Later(asked)
        placer = Placer(countries)
        estate = Estate(placer)
        cells = Cells(self._scope, "")
        here = Asker(Dispatcher(access, None, self._pace), access.table)
        filling = Filling(cells, regions, partition.global_code)
        filling.plan(accounts, table_of(access.table).rows)
        foregone = Foregone(
            Offered(here, access, accounts[0]).is_absent,
            lambda: here.ask_one("sts.GetCallerIdentity", accounts[0], access.region)[1].status != "unreachable",
            self._pace.lost_after,
        )
        scan = Scan(access, accounts, regions, estate, filling, foregone)
        dispatcher = Dispatcher(access, self._context.executor, self._pace, scan.settled)
        self._prepared.set()
        scan.run(dispatcher, self._context.progress)
        if missing := [region for region in on if region not in countries]:
            yield Note("aws-countries-not-read", self._scope, {"regions": ", ".join(missing)})
        self._context.progress("second sources")
        witnessed.result()
        yield from counts.compare(estate)
        besides = list(witness.compare(estate, table_of(access.table), placer, partition.name, self._scope))
        yield from cells.coverage()
        yield from cells.gaps()
        resources = [one for one in besides if isinstance(one, Resource)]
        yield from (one for one in besides if isinstance(one, Note))
        first = next((one for one in resources), None)
        for resource in estate.resources(partition.name, self._scope):
            first = first or resource
            yield resource
        yield from resources
        if first is not None:
            yield Engagement(first.id, "cloud", "run", f"cloud:{partition.name}", "A", (), self._scope)
        for region, (table, told) in sorted(placer.contradictions.items()):
            yield Note("aws-country-contradiction", region, {"table": table, "read": told})

    def _on_regions(self, accounts: Iterable[Account], regions: dict[str, Regions]) -> Iterator[Gap]:
        for account in accounts:
            found = regions[account.id]
            if found.source == BY_TABLE:
                detail = {"account": account.id, "code": found.answer.code, "action": "account:ListRegions"}
                yield Gap(self._scope, "aws-regions-not-listed", detail)
