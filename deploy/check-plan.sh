#!/usr/bin/env bash
# Plan, hold the plan against the agreement, and say whether it may be applied. For any pipeline that can run a script:
#
#     deploy/check-plan.sh tfplan && terraform apply -input=false tfplan
#
# Usage: check-plan.sh PLANFILE [options of `dpa-guard plan`, e.g. --scope platform --output json=dpa-guard.json]
#
# What is applied must be the file that was checked: never run a second `terraform plan` in between.
#
# Exit codes are dpa-guard's: 0 apply; 1 something failed; 2 no assessment was made (Terraform itself failing is this
# too); 3 cannot be decided; 4 evidence could not be committed. Only 0 may lead to an apply.
#
# Environment:
#   DPA_GUARD_ALLOW_INCOMPLETE  a reason, in words: turns 3 into 0, and is recorded with the run. Nothing turns 1 into 0.
#   TERRAFORM                   the command to plan with (default: terraform; for OpenTofu: tofu)
#   TF_CLI_ARGS_plan            Terraform's own variable for more arguments to `plan`, e.g. -var-file=production.tfvars

# bash, not sh: a pipe's exit code is that of its last command only, unless pipefail is set, and not every sh has it.
# The check would still refuse an empty pipe (exit 2); pipefail and PIPESTATUS say whose failure it was.
set -euo pipefail

plan_file=${1:?usage: check-plan.sh PLANFILE [options of dpa-guard plan]}
shift
terraform=${TERRAFORM:-terraform}
if [ -n "${DPA_GUARD_ALLOW_INCOMPLETE:-}" ]; then
  set -- "$@" --allow-incomplete "$DPA_GUARD_ALLOW_INCOMPLETE"
fi

# A plan file of an earlier run must not be checked, nor applied, in place of one that could not be made.
rm -f -- "$plan_file"

# Terraform's exit 1 would read as "something failed" here: nothing has been judged, so it becomes 2.
if ! "$terraform" plan -input=false -out="$plan_file"; then
  echo "check-plan: $terraform plan failed; no assessment was made" >&2
  exit 2
fi

# The JSON holds secrets in clear: it goes through the pipe and never to the disk. No 2>&1: warnings would end up in it.
set +e
"$terraform" show -json "$plan_file" | dpa-guard plan - "$@"
status=("${PIPESTATUS[@]}")
set -e

# A plan that `show` did not print to its end has not been judged, whatever came out. (`show` is also cut off where
# dpa-guard stops before it reads, on a mistake in the agreement: that is a 2 as well.)
show=${status[0]}
code=${status[1]}
if [ "$show" -ne 0 ]; then
  echo "check-plan: $terraform show -json ended with $show; has the folder been initialised?" >&2
  [ "$code" -eq 4 ] || code=2
fi

case "$code" in
  0) echo "check-plan: may be applied" ;;
  1) echo "check-plan: blocked, something failed; the report says what, why, and what to do" ;;
  2) echo "check-plan: blocked, no assessment was made" ;;
  3) echo "check-plan: blocked, it cannot be decided from the plan (see DPA_GUARD_ALLOW_INCOMPLETE)" ;;
  4) echo "check-plan: blocked, the evidence could not be committed" ;;
  *) echo "check-plan: blocked, dpa-guard ended with $code" ;;
esac >&2
exit "$code"
