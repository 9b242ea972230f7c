"""Following one reference to its value (rule R4), and several to the objects they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw

from dpa_guard_terraform.configuration import ConfigurationIndex, Module
from dpa_guard_terraform.expressions import Reading, leaves, references, single, step_into, steps_of
from dpa_guard_terraform.objects import Subject
from dpa_guard_terraform.shapes import Value

_MOST_HOPS = 32
_NOT_FOLLOWED = ("local.", "path.", "terraform.", "each.", "count.", "self.")


class Evaluator:
    """Evaluates expressions of one plan, as far as its JSON allows."""

    def __init__(
        self,
        index: ConfigurationIndex,
        variables: Mapping[str, Raw],
        instances: Callable[[str], list[Subject]],
    ) -> None:
        self._index = index
        self._variables = variables
        self._instances = instances
        """Instances of resources and data sources by their address without indices."""

    def reading(self, expression: Any, module: Module, hops: int = 0) -> Reading:
        """Return the value of an expression written in a module, or the reason why it cannot be known."""
        if not isinstance(expression, dict):
            return Reading(why="expression-not-readable")
        if "constant_value" in expression:
            return Reading(expression["constant_value"])
        named = references(expression)
        reference = single(named)
        if reference is None:
            return Reading(why="several-references" if named else "expression-not-readable")
        if hops > _MOST_HOPS or reference.startswith(_NOT_FOLLOWED):
            return Reading(why="reference-not-followed")
        steps = steps_of(reference)
        if len(steps) < 2:
            return Reading(why="reference-not-followed")
        if steps[0] == "var":
            found = self._variable(str(steps[1]), module, hops)
            return _inside(found, steps[2:])
        if steps[0] == "module" and len(steps) > 2:
            return self._output(steps, module, hops)
        return self._attribute(steps, module)

    def _variable(self, name: str, module: Module, hops: int) -> Reading:
        declared = module.config.variables.get(name)
        sensitive = bool(declared and declared.sensitive)
        if module.parent is None:
            raw = self._variables.get(name)
            if raw is None:
                return Reading(why="variable-without-value")
            return Reading(msgspec.json.decode(raw, type=Value).value, inferred=True, sensitive=sensitive)
        passed = module.call_expression(name)
        if passed is not None:
            found = self.reading(passed, module.parent, hops + 1)
            return Reading(found.value, True, found.why, found.sensitive or sensitive)
        if declared is None or not bytes(declared.default) or bytes(declared.default) == b"null":
            return Reading(why="variable-without-value")
        return Reading(msgspec.json.decode(declared.default), inferred=True, sensitive=sensitive)

    def settled(self, expression: Any, module: Module, hops: int = 0) -> bool:
        """Does Terraform know an expression's value when it plans: is it made of constants and variables alone?

        Whatever is then still unknown in the plan was left empty: the provider computes it.
        """
        if isinstance(expression, list):
            return all(self.settled(item, module, hops) for item in expression)
        if not isinstance(expression, dict) or hops > _MOST_HOPS:
            return False
        if "constant_value" in expression:
            return True
        named = references(expression)
        return bool(named) and all(self._settled_reference(name, module, hops) for name in named)

    def _settled_reference(self, reference: str, module: Module, hops: int) -> bool:
        steps = steps_of(reference)
        if len(steps) < 2 or steps[0] != "var":
            return False
        if module.parent is None:
            return True
        passed = module.call_expression(str(steps[1]))
        return passed is None or self.settled(passed, module.parent, hops + 1)

    def _output(self, steps: list[str | int], module: Module, hops: int) -> Reading:
        prefix = f"{module.path}." if module.path else ""
        child = self._index.modules.get(f"{prefix}module.{steps[1]}")
        named = next((step for step in steps[2:] if isinstance(step, str)), None)
        output = child.config.outputs.get(named) if child and named else None
        if child is None or output is None or not bytes(output.expression):
            return Reading(why="reference-not-followed")
        found = self.reading(msgspec.json.decode(output.expression), child, hops + 1)
        return _inside(Reading(found.value, True, found.why, found.sensitive), steps[3:])

    def _attribute(self, steps: list[str | int], module: Module) -> Reading:
        prefix = f"{module.path}." if module.path else ""
        named = 3 if steps[0] == "data" else 2
        if len(steps) <= named:
            return Reading(why="reference-not-followed")
        address = prefix + ".".join(str(step) for step in steps[:named])
        values = [subject.values for subject in self._instances(address)]
        rest = steps[named:]
        if rest and isinstance(rest[0], int):
            rest = rest[1:]
        seen = {repr(step_into(msgspec.json.decode(raw), rest)): raw for raw in values}
        if len(seen) != 1:
            return Reading(why="reference-not-followed")
        value = step_into(msgspec.json.decode(next(iter(seen.values()))), rest)
        return Reading(value, inferred=True) if value is not None else Reading(why="unknown-until-apply")

    def targets(self, expression: Any, module: Module, hops: int = 0) -> Iterator[tuple[str, str] | None]:
        """Yield (address without indices, attribute index text) of each object an expression names.

        None stands for a reference that could not be followed to an object.
        """
        for reference in leaves(references(expression)):
            steps = steps_of(reference)
            prefix = f"{module.path}." if module.path else ""
            if hops > _MOST_HOPS or reference.startswith(_NOT_FOLLOWED) or len(steps) < 2:
                yield None
            elif steps[0] == "var":
                passed = module.call_expression(str(steps[1])) if module.parent is not None else None
                if passed is None or module.parent is None or not references(passed):
                    yield None
                else:
                    yield from self.targets(passed, module.parent, hops + 1)
            elif steps[0] == "module":
                child = self._index.modules.get(f"{prefix}module.{steps[1]}")
                named = next((step for step in steps[2:] if isinstance(step, str)), None)
                output = child.config.outputs.get(named) if child and named else None
                if child is None or output is None or not bytes(output.expression):
                    yield None
                else:
                    yield from self.targets(msgspec.json.decode(output.expression), child, hops + 1)
            elif steps[0] == "data" and len(steps) > 2:
                yield f"{prefix}data.{steps[1]}.{steps[2]}", ""
            else:
                start = len(f"{steps[0]}.{steps[1]}")
                tail = reference[start:]
                index = tail[: tail.index("]") + 1] if tail.startswith("[") and "]" in tail else ""
                yield f"{prefix}{steps[0]}.{steps[1]}", index


def _inside(found: Reading, steps: list[str | int]) -> Reading:
    if found.why or not steps:
        return found
    value = step_into(found.value, steps)
    return Reading(value, True, "", found.sensitive) if value is not None else Reading(why="variable-without-value")
