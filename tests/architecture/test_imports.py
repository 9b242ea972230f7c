"""Who may import whom, and what may happen at import: the arrows of docs/architecture.md, held."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dpa_guard

ROOT = Path(__file__).resolve().parents[2]
CORE = "dpa_guard"
EXTENSIONS = sorted(path.name for root in ("providers", "plugins") for path in (ROOT / root).glob("dpa_guard_*"))
CONTRACT = ("dpa_guard.model", "dpa_guard.agreement", "dpa_guard.config", "dpa_guard.hookspecs", "dpa_guard.errors")
"""Types only. What a stranger needs of them is in ``dpa_guard.__all__``; a built-in may name the module itself."""
SHARED_WITH_BUILT_INS = ("dpa_guard.gazetteer", "dpa_guard.vendors", "dpa_guard.parties", "dpa_guard.day")
"""Facts and dates that several built-ins need and may not get from each other; not public."""
SDKS = (
    "boto3",
    "botocore",
    "azure",
    "google",
    "dask",
    "distributed",
    "rfc3161_client",
    "msal",
    "grpc",
    "moto",
    "werkzeug",
)


def _files(package: str) -> list[Path]:
    (folder,) = [path for root in ("", "providers", "plugins") if (path := ROOT / root / package).is_dir()]
    return sorted(folder.rglob("*.py"))


def _module(file: Path) -> str:
    relative = file.relative_to(ROOT).with_suffix("").parts
    parts = relative[1:] if relative[0] in {"providers", "plugins"} else relative
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (module, names) for each import; the names are empty for ``import module``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or "", tuple(alias.name for alias in node.names)


def _at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run when the module is imported: no function bodies, no ``if TYPE_CHECKING``."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def _parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


EVERY_FILE = [file for package in (CORE, *EXTENSIONS) for file in _files(package)]


def test_the_model_imports_nothing_of_ours() -> None:
    assert [
        module for module, _ in _imports(_parse(ROOT / "dpa_guard/model.py")) if module.startswith("dpa_guard")
    ] == []


def test_the_core_imports_no_extension() -> None:
    found = [
        f"{_module(file)} imports {module}"
        for file in _files(CORE)
        for module, _ in _imports(_parse(file))
        if module.startswith("dpa_guard_")
    ]
    assert found == []


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_built_in_extension_imports_the_contract_and_the_shared_facts_only(extension: str) -> None:
    found = []
    for file in _files(extension):
        for module, names in _imports(_parse(file)):
            allowed = _within(module, (extension, *CONTRACT, *SHARED_WITH_BUILT_INS))
            public = module == CORE and names and set(names) <= set(dpa_guard.__all__)
            if module.startswith("dpa_guard") and not allowed and not public:
                found.append(f"{_module(file)} imports {', '.join(sorted(names))} from {module}")
    assert found == []


def test_a_strangers_extension_gets_by_on_the_public_names() -> None:
    sample = ROOT / "tests/acme_dpa_rules/acme_dpa_rules"
    found = [
        f"{file.name} imports {', '.join(sorted(names))} from {module}"
        for file in sorted(sample.rglob("*.py"))
        for module, names in _imports(_parse(file))
        if module.startswith(CORE) and not (module == CORE and names and set(names) <= set(dpa_guard.__all__))
    ]
    assert found == []


def test_evidence_and_report_know_nothing_of_extensions() -> None:
    right_half = [file for file in _files(CORE) if file.relative_to(ROOT / CORE).parts[0] in {"evidence", "report"}]
    left_half = ("dpa_guard.extensions", "dpa_guard.hookspecs", "dpa_guard.collect", "dpa_guard.cli")
    found = [
        f"{_module(file)} imports {module}"
        for file in right_half
        for module, _ in _imports(_parse(file))
        if _within(module, left_half)
    ]
    assert found == []


FORBIDDEN_CALLS = {
    "print": "prints",
    "input": "asks",
    "click.echo": "prints",
    "click.secho": "prints",
    "sys.exit": "exits",
    "os.getenv": "reads the environment",
    "datetime.now": "reads the clock",
    "datetime.utcnow": "reads the clock",
    "datetime.today": "reads the clock",
    "date.today": "reads the clock",
    "time.time": "reads the clock",
    "time.time_ns": "reads the clock",
}
FORBIDDEN_NAMES = {
    "sys.stdout": "prints",
    "sys.stderr": "prints",
    "sys.stdin": "reads standard input",
    "os.environ": "reads the environment",
}


def _called(call: ast.Call) -> str:
    written = ast.unparse(call.func)
    return written.removeprefix("datetime.") if written.count(".") == 2 else written


def test_only_the_command_line_prints_exits_and_reads_clock_or_environment() -> None:
    found = []
    for file in EVERY_FILE:
        if _within(_module(file), ("dpa_guard.cli",)):
            continue
        for node in ast.walk(_parse(file)):
            if isinstance(node, ast.Call) and (called := _called(node)) in FORBIDDEN_CALLS:
                found.append(f"{_module(file)}:{node.lineno} {FORBIDDEN_CALLS[called]}: {called}")
            elif isinstance(node, ast.Attribute) and ast.unparse(node) in FORBIDDEN_NAMES:
                found.append(f"{_module(file)}:{node.lineno} {FORBIDDEN_NAMES[ast.unparse(node)]}: {ast.unparse(node)}")
    assert found == []


def test_no_sdk_is_imported_at_module_level() -> None:
    found = []
    for file in EVERY_FILE:
        for node in _at_import(_parse(file)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found += [f"{_module(file)} imports {module}" for module, _ in _imports(node) if _within(module, SDKS)]
    assert found == []


def _run(program: str) -> str:
    """Run a program in a fresh interpreter; ``-P``: the checkout must not come before what is installed."""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_imports_without_any_sdk_and_opens_no_table() -> None:
    program = f"""
import importlib, sys

class NoSdk:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {SDKS!r}:
            raise ImportError(f"{{name}} is not part of a bare installation")

sys.meta_path.insert(0, NoSdk())
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
for module in {sorted(_module(file) for file in EVERY_FILE if file.name != "__main__.py")!r}:
    importlib.import_module(module)
tables = [file for file in opened if "dpa_guard" in file and file.endswith((".csv", ".json", ".toml", ".gz"))]
print(*tables, sep="\\n")
"""
    assert _run(program).split() == []


def test_starting_the_command_line_loads_nothing_heavy() -> None:
    heavy = ["structlog", "cryptography", "jsonschema", "asyncio", "pydantic", "boto3", "rich", "hypothesis", "email"]
    program = f"""
import sys
import dpa_guard.cli
print(*[name for name in {heavy!r} if name in sys.modules])
"""
    assert _run(program).split() == []
