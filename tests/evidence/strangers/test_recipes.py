"""Other people's verifiers on an exported log: the recipes of VERIFY.md, run as they are written there.

Each must accept the log as it is, and refuse it with anything changed. ``tox -e strangers`` has the Python ones; Go and
openssl are the system's. Where one is missing its tests skip, unless DPA_GUARD_REQUIRE_STRANGERS is set.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest
from msgspec import Struct

from built_logs import BuiltLog
from dpa_guard.evidence import keys
from dpa_guard.evidence.note import VerifierKey
from dpa_guard.evidence.verify import verify
from estate import plan, run

GOPATH = Path("/usr/share/gocode")
X_MOD = GOPATH / "src/golang.org/x/mod/sumdb/tlog"
ORIGIN = "evidence.example/fictional/ci-1"

PAGE = files("dpa_guard.evidence.read").joinpath("VERIFY.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.DOTALL)
assert [language for language, _ in BLOCKS] == ["bash", "go", "python", "python"]
BASH, GO, SCALES, REKOR = (code for _, code in BLOCKS)


class Exported(Struct):
    """An unpacked export, its key, and a checkpoint that was kept after the first run."""

    folder: Path
    vkey: str
    kept: Path


def _export(log: Path, folder: Path, vkey: str) -> Path:
    """Export a log and unpack it, with the command as it is typed."""
    made = run("evidence", "export", log, "--output", folder / "export.zip", "--key", vkey)
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(folder / "export.zip") as pack:
        pack.extractall(folder)
    return folder / "export"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A log of three recorded plans, over a full tile and a partial one."""
    folder = tmp_path_factory.mktemp("export")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.delenv("DPA_GUARD_SIGNING_KEY", raising=False)
        vkey = json.loads(run("evidence", "init", "log", "--origin", ORIGIN, "--format", "json").stdout)["key"]
        shutil.copy(Path(__file__).parents[3] / "examples/agreement.toml", folder / "agreement.toml")
        for buckets in (1, 290, 2):
            plan(folder, *["eu-west-1"] * buckets)
            ran = run("plan", "tfplan.json", "--evidence", "log")
            assert ran.output.startswith("RECORDED"), ran.output
            if buckets == 1:
                shutil.copy("log/checkpoint", "kept")
        return Exported(_export(folder / "log", folder, vkey), vkey, folder / "kept")


Verifier = Callable[..., subprocess.CompletedProcess[str]]
"""Called with the unpacked export, the key, and more arguments of the recipe."""


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
def openssl(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    _needs(shutil.which("openssl") is not None and shutil.which("bash") is not None, "openssl and bash")
    script = tmp_path_factory.mktemp("bash") / "verify.sh"
    script.write_text(BASH, encoding="utf-8")
    return lambda folder, vkey: _ran(["bash", str(script)], folder, VKEY=vkey)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    _needs(shutil.which("go") is not None and X_MOD.is_dir(), "Go with golang.org/x/mod")
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(GO, encoding="utf-8")
    more = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    built = _ran(["go", "build", "-o", "verify", "main.go"], folder, **more)
    assert built.returncode == 0, built.stderr
    return lambda where, vkey, *kept: _ran([str(folder / "verify"), vkey, "tlog", "log", *map(str, kept)], where)


def _python(code: str, name: str, package: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    _needs(find_spec(package) is not None, f"{package} from PyPI")
    script = tmp_path_factory.mktemp(name) / f"{name}.py"
    script.write_text(code, encoding="utf-8")
    return script


@pytest.fixture(scope="module")
def scales(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    script = _python(SCALES, "scales", "tlog_scales", tmp_path_factory)
    return lambda folder, vkey: _ran([sys.executable, str(script), vkey, "tlog"], folder)


@pytest.fixture(scope="module")
def rekor(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    script = _python(REKOR, "rekor", "sigstore", tmp_path_factory)

    def verifier(folder: Path, vkey: str) -> subprocess.CompletedProcess[str]:
        (proof,) = (folder / "proof").glob("*.tlog-proof")
        return _ran([sys.executable, str(script), vkey, str(proof)], folder)

    return verifier


ALL = ("openssl", "go", "scales", "rekor")
WHOLE = ("go", "scales")
"""Those that read every record and every tile."""
PROOF = ("openssl", "rekor")
"""Those that read the proof of one record."""


def _accepted(ran: subprocess.CompletedProcess[str]) -> bool:
    """What VERIFY.md says of every recipe: OK as the last word, and exit code 0."""
    return ran.returncode == 0 and ran.stdout.rstrip().endswith("OK")


def _refused(ran: subprocess.CompletedProcess[str]) -> bool:
    return ran.returncode != 0 and "OK" not in ran.stdout


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_accepts_the_log(name: str, exported: Exported, request: pytest.FixtureRequest) -> None:
    ran = request.getfixturevalue(name)(exported.folder, exported.vkey)
    assert _accepted(ran), ran.stdout + ran.stderr


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


def _without(pattern: str) -> Callable[[Path], None]:
    return lambda folder: sorted(folder.glob(pattern))[-1].unlink()


def _another_size(folder: Path) -> None:
    for path in (folder / "tlog/checkpoint", *folder.glob("proof/*.tlog-proof")):
        size = re.findall(rb"\n([0-9]+)\n.{44}\n\n", path.read_bytes())[-1]
        path.write_bytes(path.read_bytes().replace(b"\n%s\n" % size, b"\n%d\n" % (int(size) - 1)))


def _lines_of_proof(change: Callable[[list[str]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (path,) = folder.glob("proof/*.tlog-proof")
        head, note = path.read_text(encoding="utf-8").split("\n\n", 1)
        lines = head.split("\n")
        change(lines)
        path.write_text("\n".join(lines) + "\n\n" + note, encoding="utf-8")

    return damage


DAMAGE: dict[str, tuple[tuple[str, ...], Callable[[Path], None]]] = {
    "a byte of a record": (WHOLE, _file("tlog/tile/entries/000", 500)),
    "a byte of the last record": (WHOLE, _file("tlog/tile/entries/001.p/*", -3)),
    "a byte of a record in the runs": (("go",), _file("log/runs/*", 200)),
    "a byte of a tile": (WHOLE, _file("tlog/tile/0/000", 40)),
    "records cut off": (WHOLE, _cut("tlog/tile/entries/001.p/*")),
    "the last records missing": (WHOLE, _without("tlog/tile/entries/001.p/*")),
    "a run missing": (("go",), _without("log/runs/*")),
    "a tile missing": (WHOLE, _without("tlog/tile/0/000")),
    "a letter of the signature": (WHOLE, _file("tlog/checkpoint", -20)),
    "no signature": (WHOLE, lambda folder: _only_text(folder / "tlog/checkpoint")),
    "a letter of the root": (WHOLE, _file("tlog/checkpoint", 45)),
    "another size": (ALL, _another_size),
    "a byte of the record proved": (PROOF, _file("proof/*.json", 100)),
    "a record cut off": (PROOF, _cut("proof/*.json")),
    "a letter of a hash on the way": (PROOF, _file("proof/*.tlog-proof", 60)),
    "a hash on the way left out": (PROOF, _lines_of_proof(lambda lines: lines.pop())),
    "a hash on the way twice": (PROOF, _lines_of_proof(lambda lines: lines.append(lines[-1]))),
    "a letter of the signature under the proof": (PROOF, _file("proof/*.tlog-proof", -20)),
    "another index": (PROOF, _file("proof/*.tlog-proof", 31)),
}
CASES = [(what, name) for what, (names, _) in DAMAGE.items() for name in names]


def _only_text(path: Path) -> None:
    path.write_bytes(path.read_bytes().split(b"\n\n")[0] + b"\n\n")


@pytest.mark.parametrize(("what", "name"), CASES)
def test_a_stranger_refuses_a_log_with_anything_changed(
    what: str, name: str, exported: Exported, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "export"
    shutil.copytree(exported.folder, folder)
    DAMAGE[what][1](folder)
    assert _refused(request.getfixturevalue(name)(folder, exported.vkey))


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_refuses_another_key(name: str, exported: Exported, request: pytest.FixtureRequest) -> None:
    other = keys.generate(exported.vkey.partition("+")[0]).verifier
    assert _refused(request.getfixturevalue(name)(exported.folder, str(other)))


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_refuses_a_log_of_another_name(
    name: str, exported: Exported, request: pytest.FixtureRequest
) -> None:
    public = base64.b64decode(exported.vkey.split("+", 2)[2])[1:]
    other = VerifierKey("evidence.example/fictional/ci-2", public)
    assert _refused(request.getfixturevalue(name)(exported.folder, str(other)))


def test_go_compares_with_a_checkpoint_that_was_kept(exported: Exported, go: Verifier, tmp_path: Path) -> None:
    assert _accepted(go(exported.folder, exported.vkey, exported.kept))
    other = BuiltLog(tmp_path / "other", ORIGIN)
    other.add_run(5)
    (tmp_path / "other-kept").write_bytes(other.checkpoint())
    assert _refused(go(exported.folder, exported.vkey, tmp_path / "other-kept")), "by another key"
    newer = tmp_path / "newer"
    newer.write_bytes(other.checkpoint())
    cut = _export_of_first_run(other, tmp_path)
    assert _accepted(go(cut, str(other.verifier)))
    other.add_run(4)
    newer.write_bytes(other.checkpoint())
    ran = go(cut, str(other.verifier), newer)
    assert _refused(ran)
    assert "TRUNCATED" in ran.stdout


def _export_of_first_run(log: BuiltLog, folder: Path) -> Path:
    return _export(log.folder, folder, str(log.verifier))


def test_go_takes_packed_runs_and_counts_what_was_erased(go: Verifier, tmp_path: Path) -> None:
    log = BuiltLog(tmp_path / "log")
    log.add_run(4)
    log.add_run(300, packed=True)
    erased = {"event": "record.erased", "index": 2, "leaf": log.leaves[2].hex(), "ground": "a name"}
    log.add_run(more=[erased])
    (first, *_) = sorted((log.folder / "runs").iterdir())
    lines = first.read_bytes().split(b"\n")
    lines[2] = b'{"event":"record.erased","leaf":"%s","v":1}' % log.leaves[2].hex().encode()
    first.write_bytes(b"\n".join(lines))
    assert verify(log.folder, [log.verifier]).faults == []
    folder = _export(log.folder, tmp_path, str(log.verifier))
    ran = go(folder, str(log.verifier), log.folder / f"checkpoints/{0:020}")
    assert _accepted(ran), ran.stdout + ran.stderr
    assert "(1 erased)" in ran.stdout


@pytest.mark.parametrize("name", WHOLE)
def test_a_stranger_accepts_an_empty_log(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    log = BuiltLog(tmp_path / "log")
    assert _accepted(request.getfixturevalue(name)(_export(log.folder, tmp_path, str(log.verifier)), str(log.verifier)))


@pytest.mark.parametrize("number", ["name[$(touch ran)]", "5,name[$(touch ran)]", "05", "-5", "99999999999999999999"])
@pytest.mark.parametrize("where", ["size", "index"])
def test_the_shell_recipe_runs_nothing_that_the_log_says(
    where: str, number: str, openssl: Verifier, tmp_path: Path
) -> None:
    """Bash computes what an arithmetic expression names, commands too: and whoever made the log can sign anything."""
    log = BuiltLog(tmp_path / "log")
    log.add_run(6)
    folder = _export(log.folder, tmp_path, str(log.verifier))
    (path,) = folder.glob("proof/*.tlog-proof")
    index, size = (number, "6") if where == "index" else ("5", number)
    text = log.checkpoint().decode().split("\n\n")[0].replace("\n6\n", f"\n{size}\n") + "\n"
    signature = base64.b64encode(log.verifier.id + log.key.sign(text.encode())).decode()
    head = path.read_text(encoding="utf-8").split("\n\n")[0].replace("index 5", f"index {index}")
    path.write_text(f"{head}\n\n{text}\n— {log.origin} {signature}\n", encoding="utf-8")
    assert _refused(openssl(folder, str(log.verifier)))
    assert not (folder / "ran").exists()
