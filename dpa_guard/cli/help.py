"""Help that teaches: options under headings, and examples to copy at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

__all__ = ["Command", "Page", "SectionOption"]


class SectionOption(click.Option):
    """An option that is listed under a heading of its own."""

    def __init__(self, *args: Any, section: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class Page(click.Command):
    """A command whose help ends with notes and examples."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), notes: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.notes = tuple(notes)
        """Rows of a table, e.g. the exit codes."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(record)
        sections["Options"] = sections.pop("Options", [])
        for section, records in sections.items():
            if records:
                with formatter.section(section):
                    formatter.write_dl(records, col_max=26)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self.notes:
            with formatter.section("Exit codes"):
                formatter.write_dl(list(self.notes))
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class Command(Page):
    """A single command with such a page."""
