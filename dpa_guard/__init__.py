"""dpa-guard holds a processor's cloud estate against the data processing agreement it signed.

The names below are all an extension may import.
"""

from __future__ import annotations

from dpa_guard.agreement import Agreement, Authorisation, Subprocessor
from dpa_guard.hookspecs import Check, Context, Provider, Scope, hookimpl
from dpa_guard.model import (
    Assumption,
    Coverage,
    Engagement,
    Finding,
    Gap,
    Input,
    Inventory,
    Location,
    Note,
    Observation,
    Party,
    Refusal,
    Resource,
)

__version__ = "0.1.0"

__all__ = [
    "Agreement",
    "Assumption",
    "Authorisation",
    "Check",
    "Context",
    "Coverage",
    "Engagement",
    "Finding",
    "Gap",
    "Input",
    "Inventory",
    "Location",
    "Note",
    "Observation",
    "Party",
    "Provider",
    "Refusal",
    "Resource",
    "Scope",
    "Subprocessor",
    "hookimpl",
]
