"""The image of the nightly scan, as its file says it is built: pinned, hashed, without root and without a shell."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from night import SCHEDULE

ROOT = Path(__file__).resolve().parents[2]


def _instructions() -> list[tuple[str, str]]:
    """Return (instruction, the rest), with continued lines put together."""
    text = (SCHEDULE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_base_is_pinned_by_an_exact_version() -> None:
    (base,) = [rest for name, rest in _instructions() if name == "ARG"]
    assert re.fullmatch(r"PYTHON=python:\d+\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base)
    assert {rest.split()[0] for name, rest in _instructions() if name == "FROM"} == {"${PYTHON}"}


def test_nothing_needs_a_shell() -> None:
    for name, rest in _instructions():
        if name in {"RUN", "ENTRYPOINT", "CMD"}:
            assert isinstance(json.loads(rest), list)
    assert ("ENTRYPOINT", '["dpa-guard"]') in _instructions()


def test_it_runs_as_a_number_that_is_not_root_and_as_the_one_of_the_cronjob() -> None:
    assert [rest for name, rest in _instructions() if name == "USER"] == ["65532:65532"]
    assert "runAsUser: 65532" in (SCHEDULE / "kubernetes/cronjob.yaml").read_text(encoding="utf-8")


def test_what_is_copied_exists() -> None:
    sources = [rest.split()[0] for name, rest in _instructions() if name == "COPY" and "--from" not in rest]
    assert sources == ["deploy/schedule/requirements.txt", "dist/dpa_guard-*.whl"]
    assert (ROOT / sources[0]).is_file()


def test_only_files_with_a_known_hash_come_from_the_network() -> None:
    installs = [json.loads(rest) for name, rest in _instructions() if name == "RUN" and '"install"' in rest]
    assert installs
    for install in installs:
        assert {"--require-hashes", "--only-binary"} <= set(install) or "--no-index" in install


def _pinned() -> dict[str, list[str]]:
    """Return name → hashes."""
    pinned: dict[str, list[str]] = {}
    name = ""
    for line in (SCHEDULE / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([a-z0-9-]+)==\S+", line):
            name = found[1]
            pinned[name] = []
        elif found := re.match(r" +--hash=sha256:([0-9a-f]{64})", line):
            pinned[name].append(found[1])
        else:
            assert line.startswith("#")
    return pinned


def test_every_requirement_has_hashes_and_none_of_ours_is_missing() -> None:
    pinned = _pinned()
    assert all(pinned.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    (of_the_image,) = extras["all"]  # "dpa-guard[aws,...]"
    named = re.findall(r"[a-z]+", of_the_image.partition("[")[2])
    wanted = [*project["dependencies"], *(one for extra in named for one in extras[extra])]
    names = {re.split(r"[\[>=<~!;]", one)[0] for one in wanted} - {"dpa-guard"}
    assert names <= set(pinned)
