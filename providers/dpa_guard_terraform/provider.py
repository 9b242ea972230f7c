"""The Terraform provider: plans and states in, observations out. It reports where things are and never judges."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dpa_guard import Assumption, Context, Gap, Note, Observation, Refusal, Scope
from dpa_guard_terraform.document import Document, input_of
from dpa_guard_terraform.intake import read
from dpa_guard_terraform.observe import Reader, refusal_of


class TerraformProvider:
    """Reads ``terraform show -json`` of plans and states, and raw state files."""

    name = "terraform"

    def collect(self, scope: Scope, context: Context) -> Iterator[Observation]:
        """Yield what each input of the scope shows; an input that shows nothing usable is a ``Refusal``."""
        for one in read(scope.inputs, context.stdin):
            if not isinstance(one, Document):
                yield one
                if isinstance(one, Note) and one.kind == "link-not-followed":
                    yield Gap(scope.name, "link-not-followed", {"input": one.subject})
                continue
            context.progress(one.label)
            yield from self._document(one, scope, context)

    def _document(self, document: Document, scope: Scope, context: Context) -> Iterator[Observation]:
        try:
            reader = Reader(document, context.assume, context.places)
            if reader.cut():
                yield Refusal(document.label, "plan-cut")
                return
            resources = list(reader.resources())
            others = [*reader.engagements(resources), *reader.limits(scope.name)]
        except (msgspec.MsgspecError, RecursionError):
            # Nothing of the cause is passed on: it may quote the input.
            yield refusal_of(document.label)
            return
        except Exception as error:  # a mistake of ours in one document must not hide the others
            yield Gap(scope.name, "document-broke", {"input": document.label, "error": type(error).__name__})
            return
        yield input_of(document)
        yield from document.notes
        for cloud, region in reader.assumed():
            origin = context.assume_origin.get(cloud, "configuration")
            yield Assumption(
                document.label, cloud, region, "command-line" if origin == "command-line" else "configuration"
            )
        yield from resources
        yield from others
