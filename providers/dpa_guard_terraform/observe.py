"""One document's observations: its objects and where they are, the parties behind them, what could not be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from dpa_guard.config import Place
from dpa_guard.gazetteer.kinds import kind_of
from dpa_guard.model import Class, Coverage, Engagement, Gap, Location, Note, Observation, Refusal, Resource
from dpa_guard.vendors import cloud_of, provider_class
from dpa_guard_terraform.configuration import ConfigurationIndex, read_configuration
from dpa_guard_terraform.contexts import Contexts
from dpa_guard_terraform.document import Document
from dpa_guard_terraform.evaluate import Evaluator
from dpa_guard_terraform.graph import Graph
from dpa_guard_terraform.hosted import hosted_at
from dpa_guard_terraform.locator import Locator
from dpa_guard_terraform.objects import (
    KNOWN_ACTIONS,
    Subject,
    of_data,
    of_plan,
    of_state,
    of_state_file,
    source_of_cached,
)
from dpa_guard_terraform.shapes import ActionInvocation, Change, Deferred, FileResource, State, StateModule, StateValues
from dpa_guard_terraform.vendor_sites import vendor_site


class Reader:
    """Reads one document; raises ``msgspec.DecodeError`` where its parts are not what they should be."""

    def __init__(self, document: Document, assume: Mapping[str, str], places: tuple[Place, ...]) -> None:
        self._document = document
        self._places = places
        top = document.top
        self.changes = _list(top.resource_changes, Change)
        self.deferred = _list(top.deferred_changes, Deferred)
        self.actions = _list(top.action_invocations, ActionInvocation)
        self._prior = _prior(document)
        index = ConfigurationIndex(read_configuration(top.configuration) if top.configuration is not UNSET else None)
        self.index = index
        self.subjects = self._subjects()
        graph = Graph(self.subjects, index, lambda: of_data(self.changes, self._prior))
        variables = msgspec.json.decode(top.variables, type=dict[str, Raw]) if top.variables is not UNSET else {}
        evaluator = Evaluator(index, variables, graph.instances)
        version = top.terraform_version if isinstance(top.terraform_version, str) else ""
        graph.contexts = Contexts(index, evaluator, version, assume)
        graph.evaluator = evaluator
        self.graph = graph
        self.locator = Locator(graph)

    def _subjects(self) -> list[Subject]:
        top = self._document.top
        if self._document.kind == "tfstate":
            return list(of_state_file(_list(top.resources, FileResource)))
        if self._document.kind == "state":
            return list(of_state(self._prior)) if self._prior is not None else []
        subjects = list(of_plan(self.changes, self._prior))
        for one in self.deferred:
            if one.resource_change.mode == "managed":
                subjects.extend(of_plan([one.resource_change], None))
        return subjects

    # -- what is yielded --------------------------------------------------------------------------------------------

    def cut(self) -> bool:
        """Does the plan show objects that will be there and leave out what happens to them? Then it was cut."""
        top = self._document.top
        if self._document.kind not in {"plan", "redacted-plan"} or self.changes or self._prior is not None:
            return False
        if top.planned_values is UNSET:
            return True  # Terraform writes it even where there is nothing
        planned = msgspec.json.decode(top.planned_values, type=StateValues | None)
        return planned is not None and next(of_state(planned.root_module), None) is not None

    def resources(self) -> Iterator[Resource]:
        """Yield every object, with every place it is known to be in."""
        label = self._document.label
        for subject in self.subjects:
            cloud = cloud_of(subject.source)
            if cloud is None:
                yield self._beside_the_clouds(subject, label)
                continue
            locations, account, partition = self.locator.locate(subject)
            row = kind_of(subject.kind)
            yield Resource(
                subject.id,
                subject.kind,
                row.service if row is not None else "",
                row.class_ if row is not None else "",
                cloud,
                partition,
                account,
                label,
                locations,
                subject.instance,
                subject.fate,
            )

    def _beside_the_clouds(self, subject: Subject, label: str) -> Resource:
        row = kind_of(subject.kind)
        group = provider_class(subject.source)
        class_: Class | str = row.class_ if row is not None else ("nothing" if group == "utility" else "")
        if group == "vendor" and class_ in {"configures", "nothing"}:
            class_ = ""  # a stranger's provider may name its types as one that is known does
        locations: tuple[Location, ...] = ()
        if group == "self-hosted":
            locations = hosted_at(subject, self.graph, self._places)
        return Resource(
            subject.id,
            subject.kind,
            row.service if row is not None else "",
            class_,  # type: ignore[arg-type]  # a class of the table, or ""
            subject.source,
            "",
            "",
            label,
            locations,
            subject.instance,
            subject.fate,
        )

    def engagements(self, resources: list[Resource]) -> Iterator[Engagement]:
        """Yield the clouds by partition once each, and every object at a vendor."""
        label = self._document.label
        seen: set[str] = set()
        for resource, subject in zip(resources, self.subjects, strict=True):
            if resource.fate == "leaves":
                continue
            if resource.partition:
                if resource.partition not in seen:
                    seen.add(resource.partition)
                    yield Engagement(resource.id, "cloud", "run", f"cloud:{resource.partition}", "A", (), label)
            elif provider_class(resource.provider) == "vendor" and cloud_of(resource.provider) is None:
                site = vendor_site(subject, self.graph)
                yield Engagement(
                    resource.id,
                    "terraform-provider",
                    "com",
                    f"terraform-provider:{resource.provider}",
                    "A",
                    (site,) if site is not None else (),
                    label,
                )
        for source in {source_of_cached(one.provider_name) for one in self.actions}:
            if provider_class(source) == "vendor" and source:
                identifier = f"terraform-provider:{source}"
                yield Engagement("", "terraform-action", "run", identifier, "A", (), label)

    def assumed(self) -> list[tuple[str, str]]:
        """Return (cloud, region) of every assumption that placed something."""
        return self.graph.contexts.assumed()

    def limits(self, scope: str) -> Iterator[Observation]:
        """Yield the coverage of the document, and a gap for everything it does not tell."""
        label = self._document.label
        top = self._document.top
        gaps: list[Gap] = []
        if top.complete is False:
            gaps.append(Gap(scope, "plan-incomplete", {"input": label}))
        if self.deferred:
            gaps.append(Gap(scope, "plan-deferred", {"input": label, "count": str(len(self.deferred))}))
        postponed = _list(top.deferred_action_invocations, Any)
        if postponed:
            gaps.append(Gap(scope, "plan-deferred", {"input": label, "count": str(len(postponed))}))
        if self._document.kind == "redacted-plan":
            gaps.append(Gap(scope, "plan-redacted", {"input": label}))
        strange = sorted({a for one in self.changes for a in one.change.actions} - KNOWN_ACTIONS)
        if strange:
            gaps.append(Gap(scope, "plan-action-not-known", {"input": label, "count": str(len(strange))}))
        yield Coverage(scope, "", "", {"*": "looked-partly" if gaps else "looked"}, label)
        yield from gaps
        used = {subject.source for subject in self.subjects}
        for config in self.index.providers.values():
            source = source_of_cached(config.full_name or config.name)
            if source not in used and provider_class(source) == "vendor" and config.written:
                yield Note("provider-without-object", source, {"input": label})


def refusal_of(label: str) -> Refusal:
    """Return what is said of a document whose top level was a plan and whose parts are not."""
    return Refusal(label, "plan-not-understood", {})


def _list(raw: Raw | Any, kind: Any) -> Any:
    return msgspec.json.decode(raw, type=list[kind] | None) or [] if raw is not UNSET else []


def _prior(document: Document) -> StateModule | None:
    top = document.top
    if document.kind == "state":
        values = msgspec.json.decode(top.values, type=StateValues | None) if top.values is not UNSET else None
        return values.root_module if values else None
    if top.prior_state is UNSET:
        return None
    state = msgspec.json.decode(top.prior_state, type=State | None)
    return state.values.root_module if state and state.values else None
