"""An organisation on moto's server, made from a table of requests, and what a scan of it has to find.

``tests/aws/data/organisation.json`` has a row for each request, made in every region of every account (``where``:
``account`` once in each account, from its first region; ``at``: in another region than that). ``{name}`` is made up,
``{far}`` a region in another country, and ``keep`` remembers parts of an answer. ``makes`` says what a request
makes: the kind, its ids (JMESPath over the answer, absent: the name), their ARN
(``there``: the same in another region), and the places as ``role=code``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import jmespath
from botocore import xform_name
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import ClientError
from botocore.session import Session

from aws_front import MANAGEMENT
from dpa_guard_aws.credentials import PerRequest, signing_as

ROLE = "dpa-guard-read"
TABLE = Path(__file__).parents[1] / "aws" / "data" / "organisation.json"
_THREADS = 2
"""More hold each other up: the server is in this process too."""


class Made(NamedTuple):
    """One resource as it was made."""

    kind: str
    account: str
    region: str
    """Where it is, or was made."""
    places: frozenset[tuple[str, str]]
    """(role, code)."""


class Organisation(NamedTuple):
    """What is there."""

    accounts: list[str]
    made: dict[str, Made]


def reset(address: str) -> None:
    """Make moto forget everything."""
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):
        pass


def table(services: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the rows of requests, of some services only where they are named."""
    rows: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return [row for row in rows if not services or row["do"].partition(".")[0] in services]


def build(address: str, members: int, regions: Sequence[str], rows: Sequence[dict[str, Any]]) -> Organisation:
    """Make an organisation of a management account and some members, and everything the rows make in it.

    ``regions`` are those of every account.
    """
    hands = _Hands(address)
    accounts = [MANAGEMENT, *hands.join(members)]
    made: dict[str, Made] = {}
    with ThreadPoolExecutor(_THREADS) as executor:
        cells = [(account, region) for account in accounts for region in regions]
        for found in executor.map(lambda cell: list(_cell(hands, rows, regions[0], *cell)), cells):
            made.update(found)
    return Organisation(accounts, made)


class _Hands:
    """Makes requests as the role of any account, with one client for each service and region."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = Session()
        self._session.register_component("credential_provider", PerRequest())
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._keys = {MANAGEMENT: ReadOnlyCredentials("testing", "testing", None)}

    def join(self, members: int) -> list[str]:
        """Make the organisation and its members; return the members' ids."""
        self.ask(MANAGEMENT, "us-east-1", "organizations.CreateOrganization", {"FeatureSet": "ALL"})
        found = []
        for number in range(members):
            params = {"Email": f"{number}@members.test", "AccountName": f"member {number}"}
            answer = self.ask(MANAGEMENT, "us-east-1", "organizations.CreateAccount", params)
            found.append(answer["CreateAccountStatus"]["AccountId"])
        for account in found:
            arn = f"arn:aws:iam::{account}:role/{ROLE}"
            params = {"RoleArn": arn, "RoleSessionName": "hands"}
            keys = self.ask(MANAGEMENT, "us-east-1", "sts.AssumeRole", params)["Credentials"]
            self._keys[account] = ReadOnlyCredentials(
                keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
            )
        return found

    def ask(self, account: str, region: str, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        service, _, operation = name.partition(".")
        with signing_as(lambda: self._keys[account]):
            answer: dict[str, Any] = getattr(self._client(service, region), xform_name(operation))(**params)
        return answer

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[(service, region)] = self._session.create_client(
                    service,
                    region,
                    endpoint_url=self._address,
                    config=Config(
                        retries={"total_max_attempts": 1},
                        s3={"addressing_style": "path"},
                        parameter_validation=False,
                        inject_host_prefix=False,
                    ),
                )
            return self._clients[(service, region)]


def _cell(
    hands: _Hands, rows: Sequence[dict[str, Any]], first: str, account: str, region: str
) -> Iterator[tuple[str, Made]]:
    """Make everything of one region of one account."""
    far = "us-east-1" if region.startswith("eu-") else "eu-west-1"
    known = {"account": account, "region": region, "far": far}
    for number, row in enumerate(rows):
        if row.get("where") == "account" and region != first:
            continue
        for time in range(row.get("times", 1)):
            known["name"] = f"{row.get('prefix', 'n')}{number}-{time}-{account[-4:]}-{region}"
            known["plain"] = known["name"].replace("-", "")
            try:
                at = _with(row.get("at", region), known)
                answer = hands.ask(account, at, row["do"], _with(row.get("with", {}), known))
            except ClientError as error:
                if error.response["Error"]["Code"] == "UnknownOperationException":
                    continue  # moto does not have the service in this region
                raise RuntimeError(f"{row['do']} in {region}: {error}") from error
            for name, path in row.get("keep", {}).items():
                known[name] = str(jmespath.search(path, answer))
            for makes in row.get("makes", ()):
                yield from _made(makes, answer, account, known)


def _made(makes: Mapping[str, Any], answer: Any, account: str, known: Mapping[str, str]) -> Iterator[tuple[str, Made]]:
    ids = jmespath.search(makes["ids"], answer) if "ids" in makes else known["name"]
    for one in ids if isinstance(ids, list) else [ids]:
        assert one, (makes, answer)
        named = {**known, "id": str(one)}
        places = [_with(place, named).partition("=") for place in makes.get("places", ["primary={region}"])]
        kinds = frozenset((role, code) for role, _, code in places)
        arn = _with(makes.get("arn", "{id}"), named)
        if "there" in makes:  # the same id in another region
            arn = arn.replace(f":{named['region']}:", f":{_with(makes['there'], named)}:")
        named_in_arn = arn.split(":")[3] if arn.startswith("arn:aws") else ""
        region = named_in_arn if "-" in named_in_arn else named["region"]
        yield arn, Made(makes["kind"], account, region, kinds)


def _with(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_with(key, known): _with(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [_with(one, known) for one in value]
    if isinstance(value, str) and "{" in value:
        for name, found in known.items():
            value = value.replace("{" + name + "}", found)
    return value
