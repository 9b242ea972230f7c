"""The loader of extensions: what is refused, whom it names, and what an extension that is loaded adds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dpa_guard.errors import DpaGuardError
from dpa_guard.extensions import load
from dpa_guard.installed import EntryPoint, entry_points

HEAD = "from dpa_guard import hookimpl\n"
PROVIDER = """
class Provider{name}:
    name = "{provider}"
    def collect(self, scope, context):
        return iter(())
@hookimpl
def add_providers():
    return [Provider{name}()]
"""
CHECK = """
class Check{name}:
    rule = "{rule}"
    article = "7.1"
    def examine(self, inventory, agreement):
        return iter(())
@hookimpl
def add_checks():
    return [Check{name}()]
"""
Extension = Callable[..., EntryPoint]


@pytest.fixture
def extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Extension]:
    """Writes a module that can be imported, and returns the entry point that names it."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def write(
        name: str, source: str, *, point: str | None = None, distribution: str = "acme", value: str = ""
    ) -> EntryPoint:
        module = f"ext_{name}"
        (tmp_path / f"{module}.py").write_text(HEAD + source, encoding="utf-8")
        return EntryPoint(point or name, value or module, distribution, "1.2")

    yield write
    for name in set(sys.modules) - before:
        if name.startswith("ext_"):
            del sys.modules[name]


def _provider(provider: str, name: str = "A") -> str:
    return PROVIDER.format(name=name, provider=provider)


def _check(rule: str, name: str = "A") -> str:
    return CHECK.format(name=name, rule=rule)


def _refused(*points: EntryPoint) -> DpaGuardError:
    with pytest.raises(DpaGuardError) as caught:
        load(points)
    return caught.value


def test_what_an_extension_adds_is_known_to_be_its_own(extension: Extension) -> None:
    both = extension("both", _provider("acme-racks") + _check("acme-logs"), distribution="acme-rules")
    rule = extension("rule", _check("acme-doors"))
    loaded = load([both, rule])
    assert list(loaded.providers) == ["acme-racks"]
    assert [check.rule for check in loaded.checks] == ["acme-logs", "acme-doors"]
    assert loaded.versions == {"both": "1.2", "rule": "1.2"}
    assert [(row.name, row.distribution) for row in loaded.rows] == [("both", "acme-rules"), ("rule", "acme")]
    assert [check.rule for check in loaded.rows[1].checks] == ["acme-doors"]


def test_without_extensions_nothing_can_be_looked_at_and_that_is_no_error() -> None:
    loaded = load([])
    assert (loaded.rows, loaded.providers, loaded.checks) == ((), {}, ())


def test_two_entry_points_of_one_name_stop_the_run_before_either_is_imported(extension: Extension) -> None:
    ours = extension("ours", "raise SystemError('imported')\n", point="transfers", distribution="dpa-guard")
    theirs = extension("theirs", "raise SystemError('imported')\n", point="transfers", distribution="twin-rules")
    error = _refused(ours, theirs)
    assert error.code == "extension-doubled"
    assert error.message == (
        "two extensions claim the name 'transfers': extension 'transfers' of dpa-guard 1.2 and "
        "extension 'transfers' of twin-rules 1.2; expected one"
    )
    assert "uninstall one of the two" in error.hint


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (_provider("terraform"), "the provider 'terraform'"),
        (_check("transfer-outside-eu"), "the rule 'transfer-outside-eu'"),
    ],
    ids=["provider name", "rule id"],
)
def test_two_that_add_the_same_stop_the_run_and_both_are_named(extension: Extension, source: str, what: str) -> None:
    error = _refused(
        extension("ours", source, distribution="dpa-guard"), extension("theirs", source, distribution="twin")
    )
    assert error.code == "extension-doubled"
    for named in (what, "extension 'ours' of dpa-guard 1.2", "extension 'theirs' of twin 1.2"):
        assert named in error.message


def test_one_extension_that_adds_the_same_twice_is_a_double_too(extension: Extension) -> None:
    twice = _check("acme", "A") + _check("acme", "B").replace(
        "def add_checks():\n    return [", "def add_checks():\n    return [CheckA(), "
    )
    error = _refused(extension("twice", twice))
    assert error.code == "extension-doubled"
    assert error.message.count("extension 'twice' of acme 1.2") == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("def broken(:\n", "SyntaxError"),
        ("raise RuntimeError('two\\nlines')\n", "RuntimeError: two lines"),
        ("", "it implements no hook; expected add_providers or add_checks, marked with @hookimpl"),
        ("def add_checks():\n    return []\n", "it implements no hook"),
        ("@hookimpl\ndef add_cheks():\n    return []\n", "its hooks do not fit"),
        ("@hookimpl\ndef add_checks(agreement):\n    return []\n", "its hooks do not fit"),
        ("@hookimpl(wrapper=True)\ndef add_checks():\n    return (yield)\n", "add_checks is a hook wrapper"),
        ("@hookimpl\ndef add_checks():\n    return 1 / 0\n", "add_checks raised ZeroDivisionError"),
        ("@hookimpl\ndef add_checks():\n    return None\n", "add_checks raised TypeError"),
        (
            "@hookimpl\ndef add_checks():\n    return [object()]\n",
            "object is no check: expected an object with rule and article",
        ),
        (
            "@hookimpl\ndef add_providers():\n    return [object()]\n",
            "object is no provider: expected an object with name and",
        ),
        (_check("acme").replace('article = "7.1"', 'article = ""'), "CheckA is no check"),
        (_check("acme").replace("def examine", "def look"), "CheckA is no check"),
    ],
)
def test_an_extension_that_cannot_be_loaded_stops_the_run_and_says_why_in_a_line(
    extension: Extension, source: str, said: str
) -> None:
    fine = extension("fine", _check("acme-fine"))
    error = _refused(fine, extension("wrong", source, distribution="acme-rules"))
    assert error.code == "extension-broken"
    assert error.message.startswith("extension 'wrong' of acme-rules 1.2 cannot be loaded: ")
    assert said in error.message
    assert "\n" not in error.message
    assert error.hint == "mend or uninstall acme-rules; what it would look at must not be missing in silence"


def test_a_module_that_is_not_there_is_named(extension: Extension) -> None:
    assert "No module named 'ext_gone'" in _refused(EntryPoint("gone", "ext_gone", "acme", "1.2")).message
    there = extension("there", _check("acme"), value="ext_there:missing")
    assert "AttributeError" in _refused(there).message


def test_an_entry_point_may_name_an_object_inside_a_module(extension: Extension) -> None:
    source = """
class Plugin:
    @hookimpl
    def add_checks(self):
        class Check:
            rule = "inside"
            article = "1.1"
            def examine(self, inventory, agreement):
                return iter(())
        return [Check()]
class holder:
    plugin = Plugin()
"""
    point = extension("nested", source, value="ext_nested:holder.plugin")
    assert [check.rule for check in load([point]).checks] == ["inside"]


def _install(folder: Path, name: str, version: str, points: str) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(points, encoding="utf-8")


def test_what_is_installed_is_found_with_its_distribution_and_version(tmp_path: Path) -> None:
    _install(
        tmp_path / "a",
        "acme-rules",
        "1.2",
        "[console_scripts]\nacme = acme:main\n\n[dpa_guard]\nb = acme.b\na = acme.a\n",
    )
    _install(tmp_path / "b", "other", "3", "[another_group]\na = other\n")
    assert entry_points("dpa_guard", [str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "gone")]) == [
        EntryPoint("a", "acme.a", "acme-rules", "1.2"),
        EntryPoint("b", "acme.b", "acme-rules", "1.2"),
    ]


def test_a_distribution_that_lies_twice_on_the_path_counts_once_as_python_imports_it(tmp_path: Path) -> None:
    _install(tmp_path / "first", "acme-rules", "2.0", "[dpa_guard]\na = acme\n")
    _install(tmp_path / "second", "Acme.Rules", "1.0", "[dpa_guard]\na = acme\n")
    found = entry_points("dpa_guard", [str(tmp_path / "first"), str(tmp_path / "second")])
    assert [(point.name, point.version) for point in found] == [("a", "2.0")]


def test_two_distributions_of_one_entry_point_are_both_found_so_that_the_double_is_seen(tmp_path: Path) -> None:
    _install(tmp_path, "ours", "1", "[dpa_guard]\ntransfers = ours\n")
    _install(tmp_path, "theirs", "1", "[dpa_guard]\ntransfers = theirs\n")
    found = entry_points("dpa_guard", [str(tmp_path)])
    assert [point.distribution for point in found] == ["ours", "theirs"]
    assert _refused(*found).code == "extension-doubled"
