"""``dpa-guard init``: two files that parse, say what is still to be filled in, and are valid once it is."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dpa_guard import agreement_file, config_file
from dpa_guard.cli import main
from dpa_guard.errors import Mistakes


def _init(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", *arguments])


def _uncommented(text: str) -> str:
    """The example lines of a starting file, with the # taken away; prose keeps it."""
    lines = []
    for line in text.split("\n"):
        bare = line.removeprefix("# ")
        try:
            tomllib.loads(bare if bare != line else "no")
        except tomllib.TOMLDecodeError:
            lines.append(line)
        else:
            lines.append(bare)
    return "\n".join(lines)


def test_it_writes_both_files_and_says_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = _init()
    assert done.exit_code == 0
    assert done.stdout == (
        "wrote agreement.toml\nwrote dpa-guard.toml\n\n"
        "Next: fill in what is empty in agreement.toml, then\n"
        "  dpa-guard agreement check\n"
        "  terraform show -json plan.out > tfplan.json\n"
        "  dpa-guard plan tfplan.json\n"
        "and for the live estate, once dpa-guard.toml has a [[scope]] for it:\n"
        "  dpa-guard doctor\n"
        "  dpa-guard scan\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agreement.toml", "dpa-guard.toml"]


def test_a_folder_is_made_and_entered(tmp_path: Path) -> None:
    done = _init(str(tmp_path / "a b" / "c"))
    assert done.exit_code == 0
    assert f"  cd '{tmp_path}/a b/c' && dpa-guard agreement check\n" in done.stdout
    config_file.read(tmp_path / "a b" / "c" / "dpa-guard.toml")


def test_what_is_left_empty_is_named_line_by_line(tmp_path: Path) -> None:
    _init(str(tmp_path))
    with pytest.raises(Mistakes) as caught:
        agreement_file.read(tmp_path / "agreement.toml")
    assert [(mistake.key, mistake.text) for mistake in caught.value.mistakes] == [  # type: ignore[attr-defined]  # Mistake
        ("agreement.id", "still to be filled in"),
        ("parties.controller.name", "still to be filled in"),
        ("parties.processor.name", "still to be filled in"),
    ]


def test_once_filled_in_both_are_valid(tmp_path: Path) -> None:
    _init(str(tmp_path))
    path = tmp_path / "agreement.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(' = ""', ' = "filled"'), encoding="utf-8")
    assert agreement_file.read(path).id == "filled"
    assert config_file.read(tmp_path / "dpa-guard.toml").scopes[0].name == "plans"


def test_every_example_in_the_comments_is_valid_too(tmp_path: Path) -> None:
    _init(str(tmp_path))
    for name in ("agreement.toml", "dpa-guard.toml"):
        path = tmp_path / name
        path.write_text(_uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")
    path = tmp_path / "agreement.toml"
    text = path.read_text(encoding="utf-8").replace('id = ""', 'id = "x"').replace('name = ""', 'name = "x"')
    text = text.replace("what `sha256sum FILE` prints", "1" * 64).replace('sha256 = ""', f'sha256 = "{"2" * 64}"')
    path.write_text(text.replace('log_keys = ["name+hash+key"]', "log_keys = []"), encoding="utf-8")
    agreement = agreement_file.read(path, date(2026, 11, 24))
    assert [authorisation.id for authorisation in agreement.authorisations] == ["C-2026-001"]
    assert agreement.authorisations[0].scope.services == ("storage",)
    (entry,) = agreement.register
    assert entry.contract is not None
    assert [objection.kind for objection in entry.objections] == ["prohibition"]
    assert (len(agreement.amendments), len(agreement.requests), agreement.evidence.keep_years) == (1, 1, 7)
    settings = config_file.read(tmp_path / "dpa-guard.toml")
    assert [scope.name for scope in settings.scopes] == ["plans", "production"]
    assert (len(settings.places), len(settings.exclusions), len(settings.known)) == (1, 1, 1)
    assert settings.agreements[0].require_evidence
    assert [(one.to, one.webhook_env) for one in settings.notify] == [
        (("privacy@yours.example",), ""),
        ((), "DPA_GUARD_WEBHOOK"),
    ]


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "dpa-guard.toml").write_text("mine", encoding="utf-8")
    done = _init(str(tmp_path))
    assert done.exit_code == 2
    assert "dpa-guard.toml already there: nothing written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["dpa-guard.toml"]
    assert (tmp_path / "dpa-guard.toml").read_text(encoding="utf-8") == "mine"


def test_a_second_time_nothing_is_written_and_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _init()
    (tmp_path / "agreement.toml").write_text("mine", encoding="utf-8")
    done = _init()
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "error: agreement.toml and dpa-guard.toml already there: nothing written\n"
        "  name another folder, or give --force to replace\n"
    )
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8") == "mine"


def test_force_replaces_a_file_and_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine", encoding="utf-8")
    (tmp_path / "agreement.toml").symlink_to(tmp_path / "elsewhere")
    assert _init(str(tmp_path)).exit_code == 2
    assert _init(str(tmp_path), "--force").exit_code == 0
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "agreement.toml").read_text(encoding="utf-8").startswith("# What was agreed")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = _init(str(tmp_path / "file" / "x"))
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
