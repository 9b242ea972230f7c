"""Where the signing key comes from: the environment, a file it names, or the private state; shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpa_guard.cli.signing_key import signing_key
from dpa_guard.evidence import EvidenceUnavailable

VARIABLE = "DPA_GUARD_SIGNING_KEY"
FILE = "DPA_GUARD_SIGNING_KEY_FILE"


def _file(folder: Path, mode: int) -> str:
    path = folder / "key.pem"
    path.write_text("hunter2-secret\n", encoding="utf-8")
    path.chmod(mode)
    return str(path)


def test_without_either_the_key_is_in_the_private_state() -> None:
    assert signing_key({}) is None
    assert signing_key({VARIABLE: "key"}) == "key"


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_a_file_that_its_owner_or_group_may_read_is_read(mode: int, tmp_path: Path) -> None:
    assert signing_key({FILE: _file(tmp_path, mode)}) == "hunter2-secret\n"


@pytest.mark.parametrize("mode", [0o444, 0o604, 0o642])
def test_a_file_that_everybody_may_touch_is_refused_without_a_word_of_it(mode: int, tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnavailable, match=r"found mode 0\d+") as refused:
        signing_key({FILE: _file(tmp_path, mode)})
    assert "hunter2" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("named", ["absent.pem", ".", "", "nul\0.pem"])
def test_what_is_no_file_is_refused(named: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnavailable, match=FILE):
        signing_key({FILE: named and str(tmp_path / named)})


def test_two_keys_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnavailable, match="both set"):
        signing_key({VARIABLE: "key", FILE: _file(tmp_path, 0o400)})
