"""The one error a user can mend; everything else keeps its traceback."""

from __future__ import annotations


class DpaGuardError(Exception):
    """A mistake outside the program: one line that says what was expected, found, where, and what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        """A stable id, e.g. ``agreement-unknown-key``; the JSON report's ``errors[].code``."""
        self.message = message
        self.hint = hint


class Mistakes(DpaGuardError):
    """Several mistakes of one file, reported all at once."""

    def __init__(self, mistakes: list[DpaGuardError]) -> None:
        super().__init__(mistakes[0].code, "\n".join(m.message for m in mistakes))
        self.mistakes = mistakes
