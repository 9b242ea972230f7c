"""``dpa-guard explain``: the page of a rule, which is the docstring of its check."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dpa_guard.cli.help import Command
from dpa_guard.extensions import Extension, Extensions
from dpa_guard.hookspecs import Check
from dpa_guard.report.prose import Lang

__all__ = ["explain"]


@click.command(
    cls=Command,
    notes=(("0", "printed"), ("2", "no such rule, or an extension that cannot be loaded")),
    examples=("dpa-guard explain", "dpa-guard explain transfer-outside-eu --lang nl"),
)
@click.argument("rule", required=False)
@click.option("--lang", type=click.Choice(("en", "nl")), default="en", show_default=True, help="The language.")
def explain(rule: str | None, lang: Lang) -> None:
    """Print what RULE looks for, why the article asks for it, and what to do.

    Without RULE: list the rules that are installed.
    """
    from dpa_guard import extensions

    loaded = extensions.load()
    click.echo("\n".join(_list(loaded, lang) if rule is None else _page(rule, loaded, lang)))


def _page(rule: str, loaded: Extensions, lang: Lang) -> Iterator[str]:
    from dpa_guard.report.page import paragraph
    from dpa_guard.report.prose import Prose
    from dpa_guard.report.rule_page import rule_page

    row, check = _found(rule, loaded)
    article = Prose(lang).word("rule-article", article=check.article)
    yield from paragraph(f"{rule} · {article} · {row.distribution} {row.version}", "  ", "")
    yield ""
    yield from rule_page(rule, type(check).__doc__, lang)


def _found(rule: str, loaded: Extensions) -> tuple[Extension, Check]:
    for row in loaded.rows:
        for check in row.checks:
            if check.rule == rule:
                return row, check
    from dpa_guard.cli.suggest import meant

    of_article = sorted(check.rule for check in loaded.checks if check.article == rule)
    if of_article:
        raise click.UsageError(f"expected a rule, found the article {rule}; its rule is {', '.join(of_article)}")
    raise click.UsageError(f"no rule {rule!a} is installed{meant(rule, [check.rule for check in loaded.checks])}")


def _list(loaded: Extensions, lang: Lang) -> Iterator[str]:
    from dpa_guard.report.page import paragraph
    from dpa_guard.report.prose import Prose
    from dpa_guard.report.rule_page import first_sentence

    word = Prose(lang).word
    if not loaded.checks:
        yield word("rule-none")
    for check in sorted(loaded.checks, key=_by_article):
        yield f"{check.rule} ({word('rule-article', article=check.article)})"
        yield from paragraph(first_sentence(check.rule, type(check).__doc__, lang), "  ")


def _by_article(check: Check) -> tuple[list[int], str, str]:
    """The order of the agreement: 5.3 comes before 10.3."""
    numbers = [int(part) for part in check.article.split(".") if part.isdecimal()]
    return numbers, check.article, check.rule
