"""What is in the wheel, and that every extension has its entry point."""

from __future__ import annotations

import os
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

import dpa_guard

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = sorted(path for root in ("providers", "plugins") for path in (ROOT / root).glob("dpa_guard_*"))

needs_the_wheel = pytest.mark.skipif(
    os.environ.get("DPA_GUARD_TEST_INSTALLED") != "1", reason="tox runs this on the wheel; here the checkout is used"
)


def test_every_extension_has_an_entry_point_and_every_entry_point_an_extension() -> None:
    declared = PROJECT["project"]["entry-points"]["dpa_guard"]
    assert declared == {folder.name.removeprefix("dpa_guard_"): folder.name for folder in FOLDERS}


def test_the_source_roots_hold_nothing_but_extensions() -> None:
    strays = [
        str(path.relative_to(ROOT))
        for root in ("providers", "plugins")
        for path in (ROOT / root).iterdir()
        if path not in FOLDERS and path.name != "__pycache__"
    ]
    assert strays == []


@pytest.mark.parametrize("folder", [ROOT / "dpa_guard", *FOLDERS], ids=lambda folder: folder.name)
def test_every_package_is_typed(folder: Path) -> None:
    assert (folder / "py.typed").is_file()
    assert (folder / "__init__.py").is_file()


def test_every_folder_of_the_core_is_a_package() -> None:
    """A folder without ``__init__.py`` imports from the checkout all the same, and then not from everywhere."""
    folders = {file.parent for file in (ROOT / "dpa_guard").rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_wheel_rules_stand_under_the_wheel_target_only() -> None:
    """One level higher they rewrite the sdist too, and the wheel made from it silently has no extension."""
    build = PROJECT["tool"]["hatch"]["build"]
    assert set(build) == {"dev-mode-dirs", "targets"}
    assert set(build["targets"]) == {"wheel"}
    assert build["targets"]["wheel"]["sources"] == ["providers", "plugins"]


def test_the_extras_carry_nothing_but_sdks_and_all_is_all_of_them_but_the_demo() -> None:
    """``all`` is what pipelines and hosts install; the demo brings a web server, which nobody wants in production."""
    extras = PROJECT["project"]["optional-dependencies"]
    assert extras["all"] == [f"dpa-guard[{','.join(name for name in extras if name not in {'all', 'demo'})}]"]
    assert [one.partition(">")[0] for one in extras["demo"]] == ["moto[server]"]


@needs_the_wheel
def test_the_tests_run_on_what_is_installed() -> None:
    assert "site-packages" in Path(dpa_guard.__file__).parts


@needs_the_wheel
def test_the_wheel_holds_every_file_of_the_packages_and_no_other() -> None:
    try:
        installed = distribution("dpa-guard").files or []
    except PackageNotFoundError:
        pytest.fail("dpa-guard is not installed in this environment")
    wheel = {file.as_posix() for file in installed if "__pycache__" not in file.parts}
    packed = {name for name in wheel if ".dist-info/" not in name and not name.startswith("../")}
    expected = {
        file.relative_to(folder.parent).as_posix()
        for folder in (ROOT / "dpa_guard", *FOLDERS)
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert packed == expected


@needs_the_wheel
def test_the_wheel_carries_the_licence_and_the_version() -> None:
    metadata = distribution("dpa-guard").metadata
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Version"] == dpa_guard.__version__
    names = {Path(str(file)).name for file in distribution("dpa-guard").files or []}
    assert "LICENSE" in names
