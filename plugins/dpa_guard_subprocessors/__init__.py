"""Article 5: which third parties are used, whether they are bound in writing, and whether one is prohibited."""

from __future__ import annotations

from collections.abc import Iterable

from dpa_guard.hookspecs import Check, hookimpl


@hookimpl
def add_checks() -> Iterable[Check]:
    """Return the checks of articles 5.1, 5.2 and 5.3."""
    from dpa_guard_subprocessors.contract import SubprocessorContract
    from dpa_guard_subprocessors.identified import SubprocessorIdentified
    from dpa_guard_subprocessors.prohibited import SubprocessorProhibited

    return [SubprocessorContract(), SubprocessorProhibited(), SubprocessorIdentified()]
