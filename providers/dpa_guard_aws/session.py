"""One worker's way to AWS: whom to ask for what, in whose name."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from threading import Event
from typing import Any

from dpa_guard_aws.calls import Access, Account
from dpa_guard_aws.clients import Clients
from dpa_guard_aws.credentials import NotEntered, PerRequest, Roles, assume_role_params, signing_as
from dpa_guard_aws.genuine import refuse_others
from dpa_guard_aws.guard import allowed, watch
from dpa_guard_aws.models import ReducedModels
from dpa_guard_aws.repeats import Repeats

__all__ = ["Session", "has_sdk", "profile_at_hand", "region_of_profile", "session_for"]

_CONNECT_SECONDS = 5
_READ_SECONDS = 30


def has_sdk() -> bool:
    """Is the SDK installed?"""
    return find_spec("botocore") is not None


def profile_at_hand() -> str:
    """Return the profile that the environment names (``AWS_PROFILE``); "default" where it names none."""
    from botocore.session import Session as Botocore

    return str(Botocore().profile or "default")


def region_of_profile(profile: str) -> str:
    """Return the region that the AWS configuration (environment, profile) names, "" where it names none."""
    from botocore.exceptions import ProfileNotFound
    from botocore.session import Session as Botocore

    try:
        return str(Botocore(profile=profile or None).get_config_variable("region") or "")
    except ProfileNotFound:
        return ""


@lru_cache(maxsize=4)
def session_for(access: Access) -> Session:
    """Return this process's session for an access; the same one each time."""
    return Session(access)


class Session:
    """Clients, credentials and paging rules; safe to use from many threads."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._sdk = _botocore(access, PerRequest())
        self._clients = Clients(self._sdk, access.endpoint, _config(access))
        self._repeats = Repeats(self._sdk)
        self._lock = threading.RLock()
        self._own = cache(self._credentials_of_profile)
        self._roles = Roles(self._assume)
        self.paging = cache(self._paging)

    def ask(
        self, service: str, operation: str, region: str, params: Mapping[str, Any], frozen: Any
    ) -> Mapping[str, Any]:
        """Make one request, signed with frozen credentials, and return its answer; raises what botocore raises."""
        with self._clients.way(service, region) as way:
            answer = self._repeats.again(way, operation, params, frozen)
            if answer is None:
                with signing_as(lambda: frozen), self._repeats.keeping(way, operation, params):
                    answer = getattr(way.client, _method(operation))(**params)
        found: Mapping[str, Any] = answer
        return found

    def prepare(self, services: Iterable[str], stop: Event) -> None:
        """Do some of what requests to these services need, while nothing else is to be done, until ``stop``."""
        self._clients.prepare(services, self._access.region, stop)

    def frozen(self, account: Account) -> Any:
        """Return an account's credentials; raises ``NotEntered``."""
        if account.way == "role":
            return self._roles.frozen(account)
        return self._frozen_of_profile(account.profile or self._access.profile)

    def renew(self, account: Account) -> None:
        """Get new credentials for an account with the next request."""
        if account.way == "role":
            self._roles.renew(account)

    def _paging(self, service: str, operation: str) -> dict[str, Any] | None:
        """Return botocore's paging rule of an operation, None where it has none."""
        with self._lock:
            try:
                rule: dict[str, Any] = self._sdk.get_paginator_model(service).get_paginator(operation)
            except Exception:  # "does not exist" comes as a ValueError, a missing file as one of botocore's own
                return None
            return rule

    def regions_in_sdk(self, service: str) -> list[str]:
        """Return the regions of this partition that the SDK's own list names for a service; [] where it has none."""
        with self._lock:
            found: list[str] = self._sdk.get_available_regions(service, self._access.partition)
            return found

    def _assume(self, account: Account) -> Any:
        from botocore.credentials import ReadOnlyCredentials

        own = self._frozen_of_profile(self._access.profile)
        params = assume_role_params(account, self._access.external_id)
        given = self.ask("sts", "AssumeRole", self._access.region, params, own)["Credentials"]
        return ReadOnlyCredentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def _frozen_of_profile(self, profile: str) -> Any:
        try:
            with self._lock:
                credentials = self._own(profile)
            return credentials.get_frozen_credentials()
        except Exception as error:
            raise NotEntered(profile) from error

    def _credentials_of_profile(self, profile: str) -> Any:
        from botocore.exceptions import NoCredentialsError

        credentials = _botocore(self._access, None, profile or None).get_credentials()
        if credentials is None:
            raise NoCredentialsError
        return credentials


@cache
def _method(operation: str) -> str:
    from botocore import xform_name

    name: str = xform_name(operation)
    return name


def _botocore(access: Access, credentials: PerRequest | None, profile: str | None = None) -> Any:
    """Return a botocore session that knows, and lets out, nothing that is not on the list."""
    from botocore.loaders import Loader
    from botocore.session import Session as Botocore

    session = Botocore(profile=profile or access.profile or None)
    session.register_component("data_loader", Loader(file_loader=ReducedModels(allowed(access.table), access.table)))
    if credentials is not None:
        session.register_component("credential_provider", credentials)
        # No row reads a time, and to read one takes longer than all else in an item.
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=str)
    watch(session, access.table)
    refuse_others(session)
    return session


def _config(access: Access) -> Any:
    """One attempt a request: when to try again is decided where all calls are seen (``dpa_guard_aws.dispatch``)."""
    from botocore.config import Config

    return Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=access.connections,
        parameter_validation=False,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        tcp_keepalive=True,
        account_id_endpoint_mode="disabled",
        user_agent_extra="dpa-guard",
        **({"inject_host_prefix": False} if access.endpoint else {}),  # to name it at all overrides the configuration
    )
