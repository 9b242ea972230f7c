"""Which accounts there are, and the way into each; what cannot be entered, or should be there and is not, is a gap."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from dpa_guard.model import Coverage, Gap
from dpa_guard_aws.asking import Asker
from dpa_guard_aws.calls import Access, Account, Answer
from dpa_guard_aws.settings import Wanted

__all__ = ["Population", "accounts_of", "listed_by_organization", "who_am_i"]

ACTIVE = "ACTIVE"
Listed = tuple[list[Any], Answer]
_IDENTITY = {
    "NoCredentialsError": "aws-no-credentials",
    "ProfileNotFound": "aws-profile-not-found",
}
_EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "SSOTokenLoadError",
        "UnauthorizedSSOTokenError",
        "TokenRetrievalError",
        "CredentialRetrievalError",
        "LoginRefreshRequired",
    }
)

_CALLER = re.compile(r"arn:([a-z-]+):(?:iam|sts)::([0-9]{12}):")


class Population(Struct):
    """Every account that is looked at, and what is said of those that are not."""

    accounts: list[Account] = []
    gaps: list[Gap] = []
    coverage: list[Coverage] = []

    def leave_out(self, scope: str, account: str, why: str, source: str, **detail: str) -> None:
        """Enter an account that is not looked at."""
        self.gaps.append(Gap(scope, why, {"account": account, **detail}))
        self.coverage.append(Coverage(scope, account, "*", {"*": "not-attempted"}, source))


def who_am_i(asker: Asker, access: Access, profile: str = "") -> tuple[str, str, Answer]:
    """Return (account id, partition, answer) of some credentials; ids are "" where they are refused."""
    account = Account("", "profile", profile=profile) if profile else Account("")
    items, answer = asker.ask_one("sts.GetCallerIdentity", account, access.region)
    if not items:
        return "", "", answer
    number, arn = map(str, items[0])
    named = _CALLER.match(arn)
    return (number, named[1], answer) if named and named[2] == number else ("", "", answer)


def why_not(answer: Answer) -> str:
    """Return the gap's reason code for credentials that did not tell who they are."""
    if answer.code in _IDENTITY:
        return _IDENTITY[answer.code]
    if answer.code in _EXPIRED:
        return "aws-credentials-expired"
    return "aws-credentials-refused" if answer.status == "denied" else "aws-not-reached"


def accounts_of(
    wanted: Wanted, asker: Asker, access: Access, own: str, scope: str, listed: Listed | None = None
) -> Population:
    """Return the accounts that a scope's settings ask for; ``own`` is the account of the credentials at hand.

    ``listed`` is what ``listed_by_organization`` returned, if it was asked already.
    """
    found = Population()
    if wanted.profiles:
        _of_profiles(wanted, asker, access, scope, found)
    elif wanted.roles:
        found.accounts += [Account(arn.split(":")[4], "role", arn) for arn in wanted.roles]
    elif wanted.organization:
        _of_organization(wanted, listed or listed_by_organization(asker, access), access, own, scope, found)
    elif wanted.accounts:
        found.accounts += [_by_role(number, wanted, access, own) for number in dict.fromkeys(wanted.accounts)]
    else:
        found.accounts.append(Account(own))
    return found


def listed_by_organization(asker: Asker, access: Access) -> Listed:
    """Return the organisation's accounts as (id, state), and the answer that brought them."""
    return asker.ask_one("organizations.ListAccounts", Account(""), access.region)


def _by_role(number: str, wanted: Wanted, access: Access, own: str) -> Account:
    """The own account is looked at with the credentials at hand: it seldom has the role."""
    if number == own:
        return Account(own)
    return Account(number, "role", f"arn:{access.partition}:iam::{number}:role/{wanted.role}")


def _of_profiles(wanted: Wanted, asker: Asker, access: Access, scope: str, found: Population) -> None:
    for profile in dict.fromkeys(wanted.profiles):
        number, partition, answer = who_am_i(asker, access, profile)
        if not number:
            found.gaps.append(Gap(scope, why_not(answer), {"profile": profile, "code": answer.code}))
        elif partition != access.partition:
            found.leave_out(scope, number, "aws-partition-differs", "sts GetCallerIdentity", partition=partition)
        elif number not in {account.id for account in found.accounts}:
            found.accounts.append(Account(number, "profile", profile=profile))


def _of_organization(wanted: Wanted, asked: Listed, access: Access, own: str, scope: str, found: Population) -> None:
    listed, answer = asked
    states = {str(number): str(state or "") for number, state in listed}
    complete = answer.status == "looked" and own in states  # whoever may list accounts is in one of them
    if not complete:
        why = "aws-no-organization" if answer.code == "AWSOrganizationsNotInUseException" else "aws-accounts-not-listed"
        code = answer.code or "OwnAccountNotListed"
        found.gaps.append(Gap(scope, why, {"code": code, "action": "organizations:ListAccounts", "own": own}))
    for number in wanted.accounts or (states if complete else (*states, own)):
        state = states.get(number, "" if complete else ACTIVE)
        if not state:
            found.leave_out(scope, number, "aws-account-not-in-organization", "organizations ListAccounts")
        elif state != ACTIVE:
            found.leave_out(scope, number, "aws-account-not-active", "organizations ListAccounts", state=state)
        elif number not in {account.id for account in found.accounts}:
            found.accounts.append(_by_role(number, wanted, access, own))
