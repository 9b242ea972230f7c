"""The names an extension may import. Taking one away breaks strangers: that needs a major version."""

from __future__ import annotations

import dpa_guard


def test_the_public_names_are_these() -> None:
    assert dpa_guard.__all__ == [
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


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in dpa_guard.__all__:
        public = getattr(dpa_guard, name)
        if isinstance(public, type):
            assert public.__doc__, name
