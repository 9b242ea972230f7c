"""What to do about TOML that does not parse: the usual slips, recognised in the line where the parser stopped.

No value of the file is repeated in the advice, but for two capital letters and dates: the line may hold a secret.
"""

from __future__ import annotations

import re

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*\Z")
_UNQUOTED = re.compile(r"""(?:=|\[|,|\{)\s*([^\s"'\[\]{},=#][^,\]}#=]*)""")

_DATE = "a date is written 2026-11-24: year-month-day, no quotes"
_IN_THE_LINE = (
    ("[\u201c\u201d\u201e\u201f\u00ab\u00bb]", 'curly quotes are not quotes in TOML; write "straight" ones'),
    ("[\u2018\u2019\u201a\u201b\u00b4`]", "curly quotes are not quotes in TOML; write 'straight' ones"),
    ("[\u00a0\u2007\u202f\u200b\ufeff\u2028\u2029]", "an invisible character stands in this line; type the line anew"),
    (r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]", "a control character stands in this line; type the line anew"),
    (r'"[^"\']*\\[^btnfruU"\\]', "a backslash in quotes begins an escape; write / in paths, or use single quotes"),
    (r"^\s*[A-Za-z_][\w-]*\s*:", "this looks like YAML; TOML writes key = value"),
    (r"^\s*-\s", 'this looks like YAML; TOML writes ["one", "two"], and [[name]] before each table'),
    (r"^\s*//", "a comment begins with #"),
    (r",\s*\}", "no comma before the closing } of a table on one line"),
)
"""(pattern in the line, advice); where the parser may have stopped for any reason."""
_IN_THE_VALUE = (
    (r"\d{4}[/.]\d{1,2}[/.]\d{1,2}$", _DATE),
    (r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$", _DATE),
    (r"\d{4}-\d{1,2}-\d{1,2}$", "no such date; expected two digits for month and day, like 2026-11-04"),
    (
        r"(?i:true|false|yes|no|on|off)$",
        'expected true or false in small letters; text goes in quotes (Norway is "NO")',
    ),
    (r"0\d+$", "a number cannot begin with 0; an account number is text: put it in quotes"),
    (r"[A-Z]{2}$", 'text goes in quotes; write a country as "NL"'),
    (r"P(?:\d+D)?(?:T\d+H)?$", 'a duration is text: write it in quotes, like "P1D"'),
    (r"\d[\d.]*\.\d+$", 'text goes in quotes; write a clause as "3.1"'),
    (r"\D", "text goes in quotes"),
)
"""(pattern of a value without quotes, advice)."""
_BY_MESSAGE = (
    ("Cannot declare", "this table is given twice; several of one kind are written [[name]]"),
    ("Cannot overwrite", "this key is given twice; keep one"),
    ("Cannot mutate immutable", "this table was closed on one line above; write its keys there, or use a [table]"),
    ("Cannot namespace", "a dotted key reaches into a value given above; keep one of the two"),
    ("Duplicate inline table key", "this key is given twice; keep one"),
    ("Unclosed array", "a list is not closed; expected ] after its last element"),
    ("Unclosed inline table", "a table on one line is not closed; expected } on the same line"),
    ("Unterminated string", "a text is not closed; expected its closing quote"),
    ("Expected newline", "expected the end of the line here; text goes in quotes, and two keys go on two lines"),
    ("Expected '='", "expected = after the key; text goes in quotes"),
    (
        "Invalid initial character",
        "expected a key here; a table between { } stays on one line, a longer one is a [table]",
    ),
    ("Expected ']", "expected the closing bracket of the table's name"),
    ("Illegal character '\\n'", "a text is not closed on its line; expected its closing quote"),
    ("Illegal character", "a control character stands in this line; type the line anew"),
    ("Invalid date", "no such date; expected year-month-day, like 2026-11-24"),
    ("Invalid value", "expected a value after =; text goes in quotes"),
)
"""(beginning of the parser's message, advice); where nothing else is recognised."""


def explain(text: str, error: ValueError) -> tuple[int, str]:
    """Return the line (from 1) where the parser stopped, and one sentence: the column, what is wrong, what to do."""
    message = str(error)
    rows = text.split("\n")
    place = _PLACE.search(message)
    if place is None:
        return 1, "this is not TOML: a number with too many digits"
    last = len(rows) - 1 if len(rows) > 1 and not rows[-1] else len(rows)
    line = min(int(place.group(1)), len(rows)) if place.group(1) else last
    column = f" (column {place.group(2)})" if place.group(2) else " (the end of the file)"
    row = rows[line - 1]
    return line, f"this is not TOML{column}: {_advice(row, message)}"


def _advice(row: str, message: str) -> str:
    if message.startswith(("Cannot", "Duplicate")):
        return _by_message(message)
    for pattern, advice in _IN_THE_LINE:
        if re.search(pattern, row):
            return advice
    if message.startswith(("Invalid value", "Expected newline", "Invalid date", "Unclosed", "Expected '='")):
        for value in _UNQUOTED.findall(row):
            for pattern, advice in _IN_THE_VALUE:
                if re.match(pattern, value.strip()) and not _fine(value.strip()):
                    return advice
    return _by_message(message)


def _by_message(message: str) -> str:
    return next((advice for start, advice in _BY_MESSAGE if message.startswith(start)), "the parser stopped here")


def _fine(value: str) -> bool:
    """Is this a value TOML takes as it stands? Then the fault lies elsewhere in the line."""
    import tomllib

    try:
        tomllib.loads(f"x = {value}")
    except ValueError:
        return False
    return True
