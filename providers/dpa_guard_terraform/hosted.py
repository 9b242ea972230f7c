"""Where self-hosted things are: with the cluster or server their provider is pointed at, or in a declared place."""

from __future__ import annotations

from dpa_guard.config import Place
from dpa_guard.model import Location
from dpa_guard_terraform.expressions import decode
from dpa_guard_terraform.graph import Graph, agree
from dpa_guard_terraform.hosts import host_of
from dpa_guard_terraform.locations import unknown
from dpa_guard_terraform.objects import Subject

_HOST_ARGUMENTS = (
    "host",
    "config_path",
    "address",
    "endpoint",
    "url",
    "server",
    "hosts",
    "vsphere_server",
    "load_config_file",
)


def hosted_at(subject: Subject, graph: Graph, places: tuple[Place, ...]) -> tuple[Location, ...]:
    """Return the place of the server a self-hosted provider talks to; unknown where neither plan nor file tells it."""
    host = ""
    for config, module in graph.configurations(subject):
        arguments = decode(config.expressions)
        blocks = arguments.get("kubernetes") if isinstance(arguments, dict) else None
        scopes = [arguments, *(blocks if isinstance(blocks, list) else [blocks])] if isinstance(arguments, dict) else []
        for scope in scopes:
            for name in _HOST_ARGUMENTS:
                if not isinstance(scope, dict) or name not in scope:
                    continue
                found = graph.places_named(subject, scope[name], module)
                if found:
                    told = tuple(dict.fromkeys(found))
                    return told if agree(found) else (unknown("primary", "several-references", name),)
                reading = graph.evaluator.reading(scope[name], module)
                if isinstance(reading.value, str) and not reading.why:
                    host = host or host_of(reading.value)
    for place in places:
        same = place.provider.lower() in {subject.source, subject.source.rsplit("/", 1)[-1]}
        if same and (place.host is None or place.host.lower() == host):
            return (Location("primary", None, (place.country,), "exact", "declared", "[[place]]"),)
    return (unknown("primary", "host-not-known"),)
