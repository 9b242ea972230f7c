"""Other people's verifiers on an exported log: the recipes of VERIFY.md, run as they are written there.

Each must accept the log as it is, and refuse it with anything changed. ``tox -e strangers`` has the Python ones; Go and
openssl are the system's. Where one is missing its tests skip, unless DPA_GUARD_REQUIRE_STRANGERS is set.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec import Struct

from dpa_guard.evidence import keys
from dpa_guard.evidence.read.export import write_export
from written_logs import new_log, record_run

GOPATH = Path("/usr/share/gocode")
X_MOD = GOPATH / "src/golang.org/x/mod/sumdb/tlog"


class Exported(Struct):
    """An unpacked export, its key, and the recipes it came with."""

    folder: Path
    vkey: str
    bash: str
    go: str
    scales: str
    rekor: str


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A log of three runs over a full tile and a partial one."""
    folder = tmp_path_factory.mktemp("export")
    place, key = new_log(folder)
    for findings in (3, 290, 4):
        record_run(place, findings)
    write_export(place.folder, folder / "log.zip", "export", key, [])
    with zipfile.ZipFile(folder / "log.zip") as pack:
        pack.extractall(folder)
    page = (folder / "export/VERIFY.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL)
    assert [language for language, _ in blocks] == ["bash", "go", "python", "python"]
    bash, go, scales, rekor = (code for _, code in blocks)
    return Exported(folder / "export", str(key), bash, go, scales, rekor)


Verifier = Callable[[Path, str], subprocess.CompletedProcess[str]]


def _needs(present: bool, what: str) -> None:
    if present:
        return
    if os.environ.get("DPA_GUARD_REQUIRE_STRANGERS"):
        pytest.fail(f"{what} is required here and not installed")
    pytest.skip(f"needs {what}")


def _ran(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **more}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def openssl(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    _needs(shutil.which("openssl") is not None and shutil.which("bash") is not None, "openssl and bash")
    script = tmp_path_factory.mktemp("bash") / "verify.sh"
    script.write_text(exported.bash, encoding="utf-8")
    return lambda folder, vkey: _ran(["bash", str(script)], folder, VKEY=vkey)


@pytest.fixture(scope="module")
def go(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    _needs(shutil.which("go") is not None and X_MOD.is_dir(), "Go with golang.org/x/mod")
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(exported.go, encoding="utf-8")
    more = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    built = _ran(["go", "build", "-o", "verify", "main.go"], folder, **more)
    assert built.returncode == 0, built.stderr
    return lambda where, vkey: _ran([str(folder / "verify"), vkey, "tlog"], where)


def _python(code: str, name: str, package: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    _needs(find_spec(package) is not None, f"{package} from PyPI")
    script = tmp_path_factory.mktemp(name) / f"{name}.py"
    script.write_text(code, encoding="utf-8")
    return script


@pytest.fixture(scope="module")
def scales(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    script = _python(exported.scales, "scales", "tlog_scales", tmp_path_factory)
    return lambda folder, vkey: _ran([sys.executable, str(script), vkey, "tlog"], folder)


@pytest.fixture(scope="module")
def rekor(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    script = _python(exported.rekor, "rekor", "sigstore", tmp_path_factory)

    def run(folder: Path, vkey: str) -> subprocess.CompletedProcess[str]:
        (proof,) = (folder / "proof").glob("*.tlog-proof")
        return _ran([sys.executable, str(script), vkey, str(proof)], folder)

    return run


ALL = ("openssl", "go", "scales", "rekor")
WHOLE = ("go", "scales")
"""Those that read every record and every tile."""
PROOF = ("openssl", "rekor")
"""Those that read the proof of one record."""


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_accepts_the_log(name: str, exported: Exported, request: pytest.FixtureRequest) -> None:
    ran = request.getfixturevalue(name)(exported.folder, exported.vkey)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.rstrip().endswith("OK")


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def _file(pattern: str, at: int) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (path, *_) = sorted(folder.glob(pattern))
        _flip(path, at if at >= 0 else path.stat().st_size + at)

    return damage


def _cut(pattern: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (path, *_) = sorted(folder.glob(pattern))
        path.write_bytes(path.read_bytes()[:-40])

    return damage


def _another_size(folder: Path) -> None:
    for path in (folder / "tlog/checkpoint", *folder.glob("proof/*.tlog-proof")):
        path.write_bytes(path.read_bytes().replace(b"\n303\n", b"\n302\n"))


DAMAGE: dict[str, tuple[tuple[str, ...], Callable[[Path], None]]] = {
    "a byte of a record": (WHOLE, _file("tlog/tile/entries/000", 500)),
    "a byte of the last record": (WHOLE, _file("tlog/tile/entries/001.p/*", -3)),
    "a byte of a tile": (WHOLE, _file("tlog/tile/0/000", 40)),
    "records cut off": (WHOLE, _cut("tlog/tile/entries/001.p/*")),
    "a letter of the signature": (WHOLE, _file("tlog/checkpoint", -20)),
    "a letter of the root": (WHOLE, _file("tlog/checkpoint", 45)),
    "another size": (ALL, _another_size),
    "a byte of the record proved": (PROOF, _file("proof/*.json", 100)),
    "a letter of a hash on the way": (PROOF, _file("proof/*.tlog-proof", 60)),
    "a letter of the signature under the proof": (PROOF, _file("proof/*.tlog-proof", -20)),
    "another index": (PROOF, _file("proof/*.tlog-proof", 31)),
}
CASES = [(what, name) for what, (names, _) in DAMAGE.items() for name in names]


@pytest.mark.parametrize(("what", "name"), CASES)
def test_a_stranger_refuses_a_log_with_anything_changed(
    what: str, name: str, exported: Exported, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "export"
    shutil.copytree(exported.folder, folder)
    DAMAGE[what][1](folder)
    ran = request.getfixturevalue(name)(folder, exported.vkey)
    assert ran.returncode != 0
    assert "OK" not in ran.stdout


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_refuses_another_key(name: str, exported: Exported, request: pytest.FixtureRequest) -> None:
    other = keys.generate(exported.vkey.partition("+")[0]).verifier
    ran = request.getfixturevalue(name)(exported.folder, str(other))
    assert ran.returncode != 0
    assert "OK" not in ran.stdout
