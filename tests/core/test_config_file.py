"""``dpa-guard.toml`` becomes Settings with absolute paths, or every mistake in it is said at once with its line."""

from __future__ import annotations

import fnmatch
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpa_guard import config_file
from dpa_guard.config import AgreementEntry, Exclusion, Known, Notify, Place, ScopeEntry, Settings
from dpa_guard.errors import DpaGuardError, Mistakes
from dpa_guard.model import FirstParty
from toml_text import toml_text

START = 'schema = "dpa-guard/config/1"\n'
"""All that is required; the next line is line 2."""


def _written(folder: Path, text: str) -> Path:
    path = folder / "dpa-guard.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(path: Path) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        config_file.read(path)
    return [mistake.message.replace(f"{path}:", "") for mistake in caught.value.mistakes]


def test_the_shared_example_is_read_whole(shared_data: Path) -> None:
    folder = shared_data.parent / "examples"
    assert config_file.read(folder / "dpa-guard.toml") == Settings(
        path=str(folder / "dpa-guard.toml"),
        agreements=(
            AgreementEntry(
                file=str(folder / "agreement.toml"),
                evidence=str(folder / "evidence/NLH-2017-0142"),
                scopes=("production-aws", "production-azure", "platform-plans"),
            ),
        ),
        first_party=FirstParty(
            aws_accounts=frozenset({"000000000000"}), domains=frozenset({"noorderlicht.example"})
        ),
        scopes=(
            ScopeEntry("production-aws", "aws", settings={"organization": True, "role": "dpa-guard-read"}),
            ScopeEntry("production-azure", "azure", settings={"tenant": "11111111-1111-1111-1111-111111111111"}),
            ScopeEntry(
                "platform-plans",
                "terraform",
                paths=(str(folder / "stacks/*/tfplan.json"),),
                assume={"aws": "eu-central-1"},
            ),
        ),
        places=(Place("vsphere", "NL", source="own data centre, Zwolle"),),
        exclusions=(
            Exclusion({"account": "222222222222"}, "marketing site, no customer data", "j.bakker", date(2027, 6, 30)),
        ),
        known=(Known("transfer-outside-eu", "arn:aws:s3:::vz-old-logs", date(2027, 1, 31), "migration CHG-8812"),),
    )  # fmt: skip


def test_a_configuration_may_be_empty(tmp_path: Path) -> None:
    assert config_file.read(_written(tmp_path, START)) == Settings(path=str(tmp_path / "dpa-guard.toml"))


def test_paths_are_relative_to_the_file_and_come_back_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "estate"
    folder.mkdir()
    _written(
        folder,
        START
        + '[[agreement]]\nfile = "../a.toml"\nevidence = "s3://bucket/log"\nstate = "/var/lib/x"\n'
        + '[[scope]]\nname = "p"\nprovider = "terraform"\npaths = ["../plans/*.json", "**/tfplan.json", "/abs/*"]\n',
    )
    monkeypatch.chdir(tmp_path)
    settings = config_file.read(Path("estate/dpa-guard.toml"))
    (agreement,) = settings.agreements
    assert (agreement.file, agreement.evidence, agreement.state) == (
        str(tmp_path / "a.toml"),
        "s3://bucket/log",
        "/var/lib/x",
    )
    assert settings.scopes[0].paths == (f"{tmp_path}/plans/*.json", f"{folder}/**/tfplan.json", "/abs/*")


def test_a_folder_with_brackets_in_its_name_is_not_a_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "build[1]"
    folder.mkdir()
    text = START + '[[scope]]\nname = "p"\nprovider = "terraform"\npaths = ["*.json"]\n'
    (pattern,) = config_file.read(_written(folder, text)).scopes[0].paths
    assert fnmatch.fnmatch(str(folder / "plan.json"), pattern)


def test_identifiers_of_our_own_come_back_in_one_spelling(tmp_path: Path) -> None:
    text = START + (
        '[first_party]\naws_accounts = ["1234-5678-9012"]\ngcp_projects = ["our-project"]\n'
        'azure_tenants = ["AAAAAAAA-1111-1111-1111-111111111111"]\ndomains = ["Ours.Example."]\n'
    )
    assert config_file.read(_written(tmp_path, text)).first_party == FirstParty(
        aws_accounts=frozenset({"123456789012"}),
        gcp_projects=frozenset({"our-project"}),
        azure_tenants=frozenset({"aaaaaaaa-1111-1111-1111-111111111111"}),
        domains=frozenset({"ours.example"}),
    )


PLANS = '[[scope]]\nname = "plans"\nprovider = "terraform"\n'
EXCLUSION = '[[exclusion]]\nreason = "r"\nowner = "o"\nreview_by = 2027-01-01\n'


MAIL = '[[notify]]\nto = ["a@b.example"]\nfrom = "c@b.example"\nsmtp = "127.0.0.1:25"\n'


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("[[scopes]]", '2: scopes: "scopes" is not a key of the configuration file; here it is called "scope"'),
        ("require_evidence = true", '2: require_evidence: "require_evidence" is not a key of the configuration file'),
        (PLANS + PLANS, '6: scope[1].name: "plans" is already the name of scope[0]; give each its own'),
        (PLANS.replace("plans", "command-line"), '3: scope[0].name: "command-line" is the scope of plans that belong'),
        ('[[scope]]\nname = "x"', '2: scope[0]: "provider" is missing: who looks at it'),
        (PLANS + 'paths = "*.json"', "5: scope[0].paths: expected a list, found text; put it in [brackets]"),
        (PLANS + 'assume = { asw = "eu" }', '5: scope[0].assume.asw: "asw" is not a key here; did you mean "aws"?'),
        (PLANS + "assume = { aws = 1 }", "5: scope[0].assume.aws: expected text on one line, found a whole number"),
        ('[[agreement]]\nfile = "a"\nscopes = ["x"]\n' + PLANS, '4: agreement[0].scopes[0]: "x" is not the name of a'),
        ('[[agreement]]\nfile = "a"\n[[agreement]]\nfile = "./a"', '5: agreement[1].file: "./a" is already the'),
        (
            '[[agreement]]\nfile = "a"\nevidence = "e"\n[[agreement]]\nfile = "b"\nevidence = "e/"',
            '7: agreement[1].evidence: "e/" is already the evidence of agreement[0]; give each its own',
        ),
        ("[first_party]\naws_accounts = [123456789012]", "3: first_party.aws_accounts[0]: expected 12 digits"),
        ('[first_party]\naws_accounts = ["12"]', '3: first_party.aws_accounts[0]: "12" is not an AWS account'),
        ('[first_party]\ngcp_projects = ["12345678"]', "this looks like a project number, expected the id"),
        ('[first_party]\nazure_tenants = ["x"]', '3: first_party.azure_tenants[0]: "x" is not a tenant id'),
        ('[first_party]\ndomains = ["*.x.example"]', 'subdomains by itself; did you mean "x.example"?'),
        ('[[place]]\nprovider = "vsphere"\ncountry = "UK"', '4: place[0].country: "UK" is not a country code'),
        (EXCLUSION + "what = {}", "6: exclusion[0].what: the table is empty; name at least one of scope, account"),
        (EXCLUSION + 'what = { acount = "1" }', '6: exclusion[0].what.acount: "acount" is not a key here'),
        (EXCLUSION + 'what = { scope = "x" }', '6: exclusion[0].what.scope: "x" is not the name of a [[scope]]'),
        ('[[exclusion]]\nwhat = { region = "x" }\nreason = "r"\nowner = "o"', '[0]: "review_by" is missing'),
        ('[[known]]\nrule = "a"\nuntil = 2027-01-01', '2: known[0]: "resource" is missing'),
        (MAIL + "on = []", "6: notify[0].on: "),
        (MAIL + 'on = ["fial"]', '6: notify[0].on[0]: "fial" is not known here; did you mean "fail"?'),
        (MAIL + 'tls = "ssl"', '6: notify[0].tls: "ssl" is not known here; expected "starttls" or "implicit" or'),
        (MAIL + 'username_env = "U"', '2: notify[0]: "username_env" and "password_env" belong together'),
        (MAIL + 'webhook_env = "W"', '3: notify[0].to: "to" is for mail and "webhook_env" for a webhook; write a'),
        (MAIL.replace("a@b.example", "a@b.example\\nBcc: c@d.example"), "3: notify[0].to[0]: "),
        (MAIL.replace(":25", ""), '5: notify[0].smtp: "127.0.0.1" is not a mail server with its port'),
        (MAIL.replace(":25", ":99999"), '5: notify[0].smtp: "127.0.0.1:99999" is not a mail server with its port'),
        ("[[notify]]", "2: notify[0]: says no way to send"),
        ('[[notify]]\nto = ["a@b.example"]\nsmtp = "m:25"', '2: notify[0]: "from" is missing: a mail needs'),
        ('[[notify]]\nwebhook = "x"', '3: notify[0].webhook: "webhook" is not a key'),
        ('[known]\nrule = "a"', "2: known: expected a list of tables: write [[known]] with double brackets"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_place_and_what_to_do(tmp_path: Path, added: str, said: str) -> None:
    (found,) = _mistakes(_written(tmp_path, f"{START}{added}\n"))
    assert said in found


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2"',
        'client_secret = "hunter2"',
        'access_key = "hunter2"',
        'secretAccessKey = "hunter2"',
        'api-token = "hunter2"',
        'sas = "hunter2"',
        'login = { user = "x", password = "hunter2" }',
        'logins = [[{ token = "hunter2" }]]',
        'note = "AKIAHUNTER2HUNTER2AB"',
        'note = """-----BEGIN RSA PRIVATE KEY\nhunter2"""',
    ],
)
def test_a_secret_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    (found,) = _mistakes(_written(tmp_path, f"{START}{PLANS}{line}\n"))
    assert found.startswith("5: scope[0].")
    assert "a secret does not belong in this file" in found
    assert "hunter2" not in found.lower()


@pytest.mark.parametrize(
    "line",
    [
        'webhook_env = "https://hooks.example/hunter2"',
        'password = "hunter2"',
        'webhook = "https://hooks.example/hunter2"',
        'password_env = "hunter2"',
    ],
)
def test_a_secret_of_a_notice_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    found = _mistakes(_written(tmp_path, f"{START}[[notify]]\n{line}\n"))
    assert found
    assert "hunter2" not in " ".join(found)


def test_a_password_is_never_sent_in_clear(tmp_path: Path) -> None:
    text = f'{START}{MAIL}tls = "none"\nusername_env = "U"\npassword_env = "P"\n'
    (found,) = _mistakes(_written(tmp_path, text))
    assert found.startswith("6: notify[0].tls: ")


def test_a_notice_is_told_of_scans_in_english_where_nothing_else_is_said(tmp_path: Path) -> None:
    (mail,) = config_file.read(_written(tmp_path, START + MAIL)).notify
    assert mail == Notify(to=("a@b.example",), from_="c@b.example", smtp="127.0.0.1:25")
    assert (mail.tls, mail.runs, mail.lang, set(mail.on) >= {"fail", "missed"}) == ("starttls", ("scan",), "en", True)


@pytest.mark.parametrize(
    "line", ['token_file = "/run/token"', 'role = "read"', "keys_are_ours = true", 'keyring = "x"']
)
def test_what_only_points_at_a_secret_is_the_providers_own_key(tmp_path: Path, line: str) -> None:
    (scope,) = config_file.read(_written(tmp_path, f"{START}{PLANS}{line}\n")).scopes
    assert list(scope.settings) == [line.partition(" ")[0]]


WORDS = st.sampled_from(
    ["schema", "scope", "name", "provider", "agreement", "file", "what", "first_party", "x", "known"]
)
VALUES = st.recursive(
    st.text("ab/.[\n", max_size=5) | st.integers(-1, 1) | st.booleans() | st.just("plans"),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(WORDS, VALUES))
def test_whatever_is_written_gives_mistakes_with_a_line_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
) -> None:
    text = toml_text(data)
    path = _written(tmp_path_factory.getbasetemp(), text)
    try:
        config_file.read(path)
    except DpaGuardError as error:
        said = [mistake.message for mistake in (error.mistakes if isinstance(error, Mistakes) else [error])]
    else:
        return
    for line in said:
        found = re.match(rf"{re.escape(str(path))}:(\d+): [^\n]+\Z", line)
        assert found is not None, line
        assert 1 <= int(found[1]) <= text.count("\n") + 1
