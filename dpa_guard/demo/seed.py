"""Making the company's estate in the stand-in: each request of the table, in the account and region it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dpa_guard.demo.company import ROLE, Made, made, management
from dpa_guard.demo.front import KEY
from dpa_guard.errors import DpaGuardError

__all__ = ["seed"]


def seed(address: str) -> int:
    """Make everything in the table; return the number of requests it took.

    Raises DpaGuardError where moto refuses one: the table was tried with one version of it.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    clients = _Clients(address)
    kept: dict[str, str] = {}
    for one in made():
        try:
            answer = clients.ask(one, _filled(one.params, kept))
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            raise DpaGuardError(
                "demo-estate-not-made",
                f"moto did not make the demo's estate: {one.service} {one.operation} in {one.region} was refused",
                'install the version that it was made with: pip install --upgrade "dpa-guard[aws,demo]"',
            ) from error
        kept |= {name: _at(path, answer) for name, path in one.keep.items()}
    return len(made())


class _Clients:
    """Clients that sign with the stand-in's own credentials: none of anybody's are looked for."""

    def __init__(self, address: str) -> None:
        from botocore.session import Session

        self._address = address
        self._session = Session()
        self._keys: dict[str, dict[str, str]] = {management().id: {"key": KEY, "secret": KEY, "token": ""}}
        self._known: dict[tuple[str, str, str], Any] = {}

    def ask(self, one: Made, params: Mapping[str, Any]) -> Any:
        from botocore import xform_name

        return getattr(self._client(one.account, one.service, one.region), xform_name(one.operation))(**params)

    def _client(self, account: str, service: str, region: str) -> Any:
        client = self._known.get((account, service, region))
        if client is None:
            client = self._known[(account, service, region)] = self._made(self._keys_of(account), service, region)
        return client

    def _made(self, keys: Mapping[str, str], service: str, region: str) -> Any:
        from botocore.config import Config

        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._address,
            aws_access_key_id=keys["key"],
            aws_secret_access_key=keys["secret"],
            aws_session_token=keys["token"] or None,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def _keys_of(self, account: str) -> Mapping[str, str]:
        keys = self._keys.get(account)
        if keys is None:
            sts = self._client(management().id, "sts", "us-east-1")
            role = f"arn:aws:iam::{account}:role/{ROLE}"
            given = sts.assume_role(RoleArn=role, RoleSessionName="demo")["Credentials"]
            keys = self._keys[account] = {
                "key": given["AccessKeyId"],
                "secret": given["SecretAccessKey"],
                "token": given["SessionToken"],
            }
        return keys


def _at(path: str, answer: Any) -> str:
    for name in path.split("."):
        answer = answer[name]
    return str(answer)


def _filled(value: Any, kept: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, kept) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, kept) for one in value]
    if isinstance(value, str):
        for name, found in kept.items():
            value = value.replace("{" + name + "}", found)
    return value
