"""How much of real plans stays unknown under article 3.1, per type of object, and why.

    python benchmarks/unknown.py [FILE|DIR ...]

Without arguments the example's plan. An unknown is never a pass, so each costs its reader time: this shows where a row
of the gazetteer, or a better reading of plans, would save most. ``docs/unknown.md`` explains the reasons.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from dpa_guard import Context, Finding, Resource, Scope
from dpa_guard.agreement import Agreement, PartyName, Territory
from dpa_guard.model import Inventory
from dpa_guard_terraform import TerraformProvider
from dpa_guard_transfers.check import TransferOutsideEu

EXAMPLE = Path(__file__).resolve().parents[1] / "examples/tfplan.json"
AGREEMENT = Agreement(
    "share-of-unknown", "0" * 64, "", Territory("eu-member-states"), PartyName("A"), PartyName("B"), time_zone="UTC"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("plans", nargs="*", type=Path, default=[EXAMPLE])
    asked = parser.parse_args(arguments)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in _findings(asked.plans):
        if finding.resource is None:
            continue
        kind = finding.resource.kind
        verdicts[kind][finding.verdict] += 1
        if finding.verdict == "unknown":
            reasons[kind][finding.reason_code] += 1
    total = sum((counts for counts in verdicts.values()), Counter[str]())
    objects = sum(total.values())
    if not objects:
        print("no object was found")
        return 2
    print(f"{objects} objects of {len(verdicts)} types, {total['unknown']} unknown ({total['unknown'] / objects:.1%})")
    print(f"{'unknown':>7} {'of':>5}  type: reasons")
    for kind, counts in sorted(verdicts.items(), key=lambda row: (-row[1]["unknown"], row[0])):
        if counts["unknown"]:
            why = ", ".join(f"{code} {count}" for code, count in reasons[kind].most_common())
            print(f"{counts['unknown']:>7} {sum(counts.values()):>5}  {kind}: {why}")
    print()
    everything = sum((counts for counts in reasons.values()), Counter[str]())
    for code, count in everything.most_common():
        print(f"{count:>7}  {code}")
    return 0


def _findings(plans: Sequence[Path]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    scope = Scope("share", "terraform", {}, tuple((str(path), str(path)) for path in plans))
    seen = TerraformProvider().collect(scope, Context(clock=lambda: now))
    staying = tuple(one for one in seen if isinstance(one, Resource) and one.fate != "leaves")
    for said in TransferOutsideEu().examine(Inventory(now, "plan", staying), AGREEMENT):
        if isinstance(said, Finding):
            yield said


if __name__ == "__main__":
    raise SystemExit(main())
