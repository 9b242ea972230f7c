"""The AWS provider: settings in, observations out. It reports where things are, and what it could not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dpa_guard import Context, Engagement, Gap, Note, Observation, Resource, Scope
from dpa_guard.errors import Mistakes
from dpa_guard_aws.accounts import Population, accounts_of, who_am_i, why_not
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account
from dpa_guard_aws.cells import Cells
from dpa_guard_aws.dispatch import Dispatcher
from dpa_guard_aws.estate import Estate
from dpa_guard_aws.forms import Placer
from dpa_guard_aws.offered import Offered
from dpa_guard_aws.pace import Pace
from dpa_guard_aws.partitions import Partition, partition_named, partition_of_region, partitions
from dpa_guard_aws.regions import BY_TABLE, Regions, countries_of, regions_of
from dpa_guard_aws.requests import table_of
from dpa_guard_aws.scan import Scan
from dpa_guard_aws.session import has_sdk, region_of_profile, session_for
from dpa_guard_aws.settings import Wanted, read
from dpa_guard_aws.witness import Witness

__all__ = ["AwsProvider"]


class AwsProvider:
    """Lists what is in the accounts of an organisation, of some roles or profiles, or in the account at hand."""

    name = "aws"

    def __init__(self, pace: Pace | None = None, table: str = "") -> None:
        """``pace`` and ``table`` (the path of another table of calls) are for tests and benchmarks."""
        self._pace = pace or Pace()
        self._table = table

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield every resource with its places, and the coverage; what stops a scan, or a part of it, is a ``Gap``.

        ``context.transport`` is an address (text) that stands for every service; ``context.executor`` runs the
        requests.
        """
        try:
            wanted = read(scope.settings)
        except Mistakes as error:
            yield from (Gap(scope.name, one.code, {"expected": one.message}) for one in error.mistakes)
            return
        if not has_sdk():
            yield Gap(scope.name, "aws-sdk-absent", {})
            return
        yield from _Run(scope, context, wanted, self._pace, self._table).observations()


class _Run:
    """One scan of one scope."""

    def __init__(self, scope: Scope, context: Context, wanted: Wanted, pace: Pace, table: str) -> None:
        self._scope = scope.name
        self._context = context
        self._wanted = wanted
        self._pace = pace
        self._table = table

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
        session_for(access)
        try:
            yield from self._scan(access, partition)
        finally:
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
        executor, say = self._context.executor, self._context.progress
        asker = Asker(Dispatcher(access, executor, self._pace), access.table)
        say("who am I")
        own = ""
        if not self._wanted.profiles:
            own, seen_in, answer = who_am_i(asker, access)
            if not own:
                yield Gap(self._scope, why_not(answer), {"profile": access.profile or "-", "code": answer.code})
                return
            if seen_in != partition.name:
                detail = {"account": own, "partition": seen_in}
                yield Gap(self._scope, "aws-partition-differs", detail)
                return
        say("accounts")
        population = accounts_of(self._wanted, asker, access, own, self._scope)
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
            yield from self._accounts(access, partition, asker, accounts, regions)

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
        asker: Asker,
        accounts: list[Account],
        regions: dict[str, Regions],
    ) -> Iterator[Observation]:
        yield from self._on_regions(accounts, regions)
        on = sorted({region for account in accounts for region in regions[account.id].on})
        self._context.progress(f"countries of {len(on)} regions")
        countries = countries_of(on, asker, access, accounts[0])
        if missing := [region for region in on if region not in countries]:
            yield Note("aws-countries-not-read", self._scope, {"regions": ", ".join(missing)})
        placer = Placer(countries)
        estate = Estate(placer)
        cells = Cells(self._scope, "")
        here = Asker(Dispatcher(access, None, self._pace), access.table)
        scan = Scan(
            access,
            accounts,
            regions,
            estate,
            cells,
            Offered(here, access, accounts[0]).is_absent,
            lambda: here.ask_one("sts.GetCallerIdentity", accounts[0], access.region)[1].status != "unreachable",
            self._pace.lost_after,
        )
        scan.plan_cells(partition.global_code)
        dispatcher = Dispatcher(access, self._context.executor, self._pace, scan.settled)
        scan.run(dispatcher, self._context.progress)
        witness = Witness(asker, access)
        if not scan.lost_network:
            self._context.progress("second sources")
            witness.ask(accounts, regions)
        beside = list(witness.compare(estate, table_of(access.table), placer, partition.name, self._scope))
        yield from cells.coverage()
        yield from cells.gaps()
        resources = [one for one in beside if isinstance(one, Resource)]
        yield from (one for one in beside if isinstance(one, Note))
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
