"""The site of a vendor's object, out of its provider configuration."""

from __future__ import annotations

from dpa_guard.model import Location
from dpa_guard_terraform.expressions import Reading, decode
from dpa_guard_terraform.graph import Graph
from dpa_guard_terraform.objects import Subject
from dpa_guard_terraform.sites import arguments_of, site_of, site_rows


def vendor_site(subject: Subject, graph: Graph) -> Location | None:
    """Return where the vendor works for this object; None where nothing tells it."""
    names = arguments_of(subject.source)
    if not names:
        return None
    readings, known = readings_of(subject, graph, names)
    if not known and not any(row["form"] == "always" for row in site_rows(subject.source)):
        return Location(
            "processing", None, (), "unknown", "declared", "provider", "provider-configuration-not-in-input"
        )
    return site_of(subject.source, readings)


def readings_of(subject: Subject, graph: Graph, names: tuple[str, ...]) -> tuple[dict[str, Reading], bool]:
    """Return the named arguments of an object's provider configuration, and whether there is one."""
    found: dict[str, Reading] = {}
    for config, module in graph.configurations(subject):
        arguments = decode(config.expressions)
        for name in names if isinstance(arguments, dict) else ():
            if name in arguments:
                reading = graph.evaluator.reading(arguments[name], module)
                if reading.why or reading.value not in (None, ""):
                    found[name] = reading
        return found, True
    return found, False
