"""Every key of ``agreement.toml``: the table that its reading and its published JSON Schema are both made of."""

from __future__ import annotations

from dpa_guard import agreement as types
from dpa_guard.model import DECIDING_ROLES
from dpa_guard.toml_file import kinds
from dpa_guard.toml_file.fields import Field, Many, Table

SCHEMA = "dpa-guard/agreement/1"

OTHER_NAMES = {
    "consent": "authorisation",
    "consents": "authorisation",
    "authorization": "authorisation",
    "toestemming": "authorisation",
    "register": "subprocessor",
    "third_party": "subprocessor",
    "vendor": "subprocessor",
    "supplier": "subprocessor",
    "flow_down": "contract",
    "dpa": "contract",
    "provider_keys": "identifiers",
    "keys": "identifiers",
    "given_on": "granted_on",
    "valid_from": "effective_from",
    "valid_until": "expires_on",
    "expires": "expires_on",
    "until": "expires_on",
    "signatory": "signed_by",
    "name": "legal_name",
    "country_of_establishment": "country",
    "processing_countries": "processing",
    "notified": "notices",
    "may_sign_consent": "may_sign",
    "date": "dated",
    "coverage": "covers",
    "coverage_of": "covers",
    "retrieved_on": "read_on",
    "prohibition": "objection",
    "prohibitions": "objection",
    "hash": "sha256",
    "path": "file",
    "keep": "keep_years",
    "timezone": "time_zone",
    "tz": "time_zone",
}
"""Words other registers use, and ours; only for advice on an unknown key."""

DOCUMENT = Table(
    name="document",
    doc="A paper that something rests on, bound by its hash.",
    fields=(
        Field("file", kinds.LINE, "The file, relative to this one", required=True),
        Field("sha256", kinds.SHA256, "Its hash, as `sha256sum FILE` prints it"),
    ),
    into=types.Document,
    path_as="where",
)

SIGNED_DOCUMENT = Table(
    name="document",
    doc="A paper of the agreement itself.",
    fields=(*DOCUMENT.fields, Field("role", kinds.LINE, 'What it is: "signed", "annex", or another word of yours')),
    into=types.Document,
    path_as="where",
)

AGREEMENT = Table(
    name="agreement",
    doc="The data processing agreement itself.",
    fields=(
        Field("id", kinds.LINE, "Your own reference; it appears in every record and letter", required=True),
        Field("title", kinds.LINE, "What the paper is called"),
        Field("language", kinds.LANGUAGE, "The language whose text decides"),
        Field("time_zone", kinds.TIME_ZONE, "The dates of this file begin and end at midnight here; UTC where absent"),
        Field("in_force_from", kinds.DATE, "The first day of the agreement"),
        Field("in_force_until", kinds.DATE, "Its last day (10.1); absent: as long as the main agreement"),
        Field("documents", Many(SIGNED_DOCUMENT, may_be_empty=True), "The signed paper and its annexes"),
        Field("rules", Many(kinds.RULE), "The rules that must run; absent: the first four of `dpa-guard explain`"),
    ),
)

SIGNATORY = Table(
    name="may_sign",
    doc="Someone who may sign for the party.",
    fields=(
        Field("name", kinds.LINE, "The name as under the paper", required=True),
        Field("role", kinds.LINE, "In what quality"),
        Field("from", kinds.DATE, "The first day of that power", attr="from_"),
        Field("until", kinds.DATE, "Its last day"),
    ),
    into=types.Signatory,
)

_PARTY = (
    Field("name", kinds.LINE, "The legal name", required=True),
    Field("country", kinds.COUNTRY, "Where it is established"),
    Field("may_sign", Many(SIGNATORY, may_be_empty=True), "Who may sign for it"),
)

PARTIES = Table(
    name="parties",
    doc="Who agreed with whom.",
    fields=(
        Field(
            "controller",
            Table(
                name="controller",
                doc="The controller (verantwoordelijke).",
                fields=(
                    *_PARTY,
                    Field(
                        "acts_as",
                        kinds.one_of(("controller", "processor-for-own-customers")),
                        "Whether it is itself a processor for its customers",
                    ),
                ),
                into=types.PartyName,
            ),
            "The controller (verantwoordelijke)",
            required=True,
        ),
        Field(
            "processor",
            Table(name="processor", doc="The processor (bewerker).", fields=_PARTY, into=types.PartyName),
            "The processor (bewerker)",
            required=True,
        ),
    ),
)

TERRITORY = Table(
    name="territory",
    doc="Where article 3.1 lets data be without further consent: a rule or a list of countries, not both.",
    fields=(
        Field("rule", kinds.one_of(("eu-member-states", "eea")), "A set of countries that changes by law"),
        Field("countries", Many(kinds.COUNTRY), "The countries themselves, in place of a rule"),
    ),
)

AUTHORISATION = Table(
    name="authorisation",
    doc="The controller's written consent to places outside the territory (3.1, second sentence).",
    fields=(
        Field("id", kinds.ID, "Your own reference", required=True),
        Field("countries", Many(kinds.COUNTRY_OR_ALL), 'The countries consented to; ["*"] only with services', True),
        Field("granted_on", kinds.DATE, "The day it was signed; it covers nothing before", required=True),
        Field("effective_from", kinds.DATE, "Its first day, where that is later"),
        Field("expires_on", kinds.DATE, "Its last day"),
        Field("withdrawn_on", kinds.DATE, "The day it was withdrawn: its last"),
        Field("signed_by", kinds.LINE, "Who signed it; one of the controller's may_sign"),
        Field("document", DOCUMENT, "The paper itself"),
        Field(
            "scope",
            Table(
                name="scope",
                doc="What it is limited to. An absent key limits nothing; a key that is there names all it covers.",
                fields=(
                    Field("subprocessors", Many(kinds.ID), "Ids of entries of the register"),
                    Field("services", Many(kinds.SERVICE), "The cloud's own API names"),
                    Field("accounts", Many(kinds.LINE), "AWS accounts, Google projects, Azure subscriptions"),
                    Field("roles", Many(kinds.one_of(sorted(DECIDING_ROLES))), "What the place is to the data"),
                ),
                into=types.AuthorisationScope,
            ),
            "What it is limited to",
        ),
    ),
    into=types.Authorisation,
)

CONTRACT = Table(
    name="contract",
    doc="The third party's written undertaking (5.2).",
    fields=(
        Field("reference", kinds.LINE, "What the paper is called", required=True),
        Field("dated", kinds.DATE, "The day it was signed", required=True),
        Field("covers", Many(kinds.CLAUSE, may_be_empty=True), "The clauses of the agreement it takes over"),
        Field("document", DOCUMENT, "The paper itself"),
    ),
    into=types.Contract,
)

PROCESSING = Table(
    name="processing",
    doc="A country the third party says it works in.",
    fields=(
        Field("country", kinds.COUNTRY, "The country", required=True),
        Field("basis", kinds.one_of(("measured", "declared", "inferred")), "How it is known; declared where absent"),
        Field("source", kinds.TEXT, "Where it was read"),
        Field("read_on", kinds.DATE, "When it was read"),
    ),
    into=types.Processing,
)

OBJECTION = Table(
    name="objection",
    doc="The controller's objection on reasonable grounds (5.1); only a prohibition forbids.",
    fields=(
        Field("kind", kinds.one_of(("objection", "prohibition")), "Whether it forbids", required=True),
        Field("received_on", kinds.DATE, "The day it came in", required=True),
        Field("effective_on", kinds.DATE, "The first day use is forbidden; received_on where absent"),
        Field("lifted_on", kinds.DATE, "The first day use is allowed again"),
        Field("grounds", kinds.TEXT, "The grounds given"),
        Field("document", DOCUMENT, "The paper itself"),
        Field("lifted_by", DOCUMENT, "The paper that lifted it"),
    ),
    into=types.Objection,
)

SUBPROCESSOR = Table(
    name="subprocessor",
    doc="An entry of the register of third parties (article 5).",
    fields=(
        Field("id", kinds.ID, "Your own short name for it", required=True),
        Field("legal_name", kinds.LINE, "The legal name of the party you contracted", required=True),
        Field("country", kinds.COUNTRY, "Where it is established"),
        Field("role", kinds.one_of(("subprocessor", "supplier")), "supplier: handles no personal data (say why)"),
        Field("purpose", kinds.TEXT, "What it is used for; for a supplier why it handles no personal data"),
        Field("identifiers", Many(kinds.IDENTIFIER, may_be_empty=True), "How it is recognised in an estate"),
        Field("processing", Many(PROCESSING, may_be_empty=True), "The countries it says it works in"),
        Field("engaged_from", kinds.DATE, "The first day of its use"),
        Field("engaged_until", kinds.DATE, "The last day of its use"),
        Field("engaged_by", kinds.ID, '"processor", or the id of the entry that brought it in'),
        Field("contract", CONTRACT, "Its written undertaking"),
        Field(
            "notices",
            Many(
                Table(
                    name="notice",
                    doc="The controller was told of the third party.",
                    fields=(
                        Field("date", kinds.DATE, "When", required=True),
                        Field("medium", kinds.LINE, "How: a letter, a mail"),
                    ),
                    into=types.Notice,
                ),
                may_be_empty=True,
            ),
            "When the controller was told of it",
        ),
        Field("objection", Many(OBJECTION, may_be_empty=True), "The controller's objections", attr="objections"),
    ),
    into=types.Subprocessor,
)

AMENDMENT = Table(
    name="amendment",
    doc="A change of the agreement: written, mutual (10.3).",
    fields=(
        Field("id", kinds.ID, "Your own reference", required=True),
        Field("date", kinds.DATE, "The day it was agreed", required=True),
        Field("changes", kinds.TEXT, "What it changes"),
        Field("document", DOCUMENT, "The paper itself"),
    ),
    into=types.Amendment,
)

REQUEST = Table(
    name="request",
    doc="A request of the controller: 3.2 and 5.3 are owed when asked for.",
    fields=(
        Field("id", kinds.ID, "Your own reference", required=True),
        Field("clause", kinds.one_of(("3.2", "5.3")), "What is asked: countries (3.2) or third parties (5.3)", True),
        Field("received_on", kinds.DATE, "The day it came in", required=True),
        Field("as_of", kinds.DATE, "The day the answer is to be about"),
        Field("document", DOCUMENT, "The request itself"),
    ),
    into=types.Request,
)

EVIDENCE = Table(
    name="evidence",
    doc="What was agreed on logs and measurements (11.3).",
    fields=(
        Field("run_every", kinds.DURATION, "How often a run is due, like P1D"),
        Field("max_gap", kinds.DURATION, "The longest time without a run, like PT26H"),
        Field("keep_years", kinds.YEARS, "How many years the logs are kept"),
        Field("log_keys", Many(kinds.VERIFIER_KEY, may_be_empty=True), "The keys the other side pins"),
        Field("witness_keys", Many(kinds.VERIFIER_KEY, may_be_empty=True), "The keys of those who cosign"),
    ),
    into=types.EvidenceTerms,
)

FILE = Table(
    name="agreement file",
    doc="What was agreed: the agreement, its parties, consents, register of third parties, and logs.",
    fields=(
        Field("schema", kinds.constant(SCHEMA), f'Which file this is and in which version: "{SCHEMA}"', required=True),
        Field("agreement", AGREEMENT, "The agreement itself", required=True),
        Field("parties", PARTIES, "Who agreed with whom", required=True),
        Field("territory", TERRITORY, "Where data may be without further consent (3.1)", required=True),
        Field("authorisation", Many(AUTHORISATION, may_be_empty=True), "Written consents (3.1)"),
        Field("subprocessor", Many(SUBPROCESSOR, may_be_empty=True), "The register of third parties (5)"),
        Field("amendment", Many(AMENDMENT, may_be_empty=True), "Written changes (10.3)"),
        Field("request", Many(REQUEST, may_be_empty=True), "Requests under 3.2 and 5.3"),
        Field("evidence", EVIDENCE, "Logs and measurements (11.3)"),
    ),
)
