"""Writes the policies and the CloudFormation template beside this file, from the table of calls."""

from __future__ import annotations

from pathlib import Path

from dpa_guard_aws.member_role import template
from dpa_guard_aws.permissions import files_of

HERE = Path(__file__).parent
ROLE = "dpa-guard-read"


def written() -> dict[str, str]:
    """Return the text of each file by its name."""
    return {**files_of(ROLE), "member-role.cfn.yaml": template()}


if __name__ == "__main__":
    for name, text in written().items():
        (HERE / name).write_text(text, encoding="utf-8")
