"""What further calls would come to, as earlier ones told it: then they are not made."""

from __future__ import annotations

from collections.abc import Callable

from dpa_guard_aws.calls import Answer

__all__ = ["Foregone"]


class Foregone:
    """What is known of calls before they are made: no credentials, no such service there, no network."""

    def __init__(self, is_absent: Callable[[str, str], bool], has_network: Callable[[], bool], lost_after: int) -> None:
        """``is_absent`` tells whether a service is not offered in a region, where its name has no address.

        After ``lost_after`` failures on the way in a row ``has_network`` is asked, and where there is none the rest is
        not attempted.
        """
        self._is_absent = is_absent
        self._has_network = has_network
        self._lost_after = lost_after
        self._unreached = 0
        self._network_lost: Answer | None = None
        self._not_entered: dict[str, Answer] = {}
        """Account → why its calls are not made any more."""
        self._without_address: dict[tuple[str, str], Answer] = {}
        """(service, region) → what every further call there comes to."""

    def answer(self, account: str, service: str, region: str) -> Answer | None:
        """Return what a call would come to; None: it is to be made."""
        return self._network_lost or self._not_entered.get(account) or self._without_address.get((service, region))

    def concluded(self, account: str, service: str, region: str, answer: Answer) -> Answer:
        """Remember of an answer what holds for further calls too; return the answer as it is to be taken."""
        if not answer.entered:
            self._not_entered.setdefault(account, answer)
        elif answer.no_address and self._network_lost is None:
            return self._of_no_address(service, region, answer)
        self._unreached = self._unreached + 1 if answer.status == "unreachable" else 0
        if self._unreached >= self._lost_after and self._network_lost is None:
            self._unreached = 0
            if not self._has_network():
                self._network_lost = Answer("not-attempted", code="NetworkLost")
        return answer

    def _of_no_address(self, service: str, region: str, answer: Answer) -> Answer:
        key = (service, region)
        if key not in self._without_address:
            absent = self._is_absent(service, region)
            self._without_address[key] = Answer("not-offered") if absent else Answer("unreachable", code=answer.code)
        return self._without_address[key]
