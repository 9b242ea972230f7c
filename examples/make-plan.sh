#!/usr/bin/env bash
# Makes tfplan.json anew: a real `terraform plan` of terraform/, then the vendors' objects added by hand (README.md).
#
#     examples/make-plan.sh [MIRROR]
#
# MIRROR is a provider mirror (a folder that holds registry.terraform.io/hashicorp/aws); without it Terraform downloads
# the provider. No AWS account is needed and nothing is asked of AWS.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mirror=${1:-${DPA_GUARD_TEST_TF_MIRROR:-}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -R "$here/terraform/." "$work"
cd "$work"
if [ -n "$mirror" ]; then
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$mirror" > "$work.tfrc"
    trap 'rm -rf "$work" "$work.tfrc"' EXIT
    export TF_CLI_CONFIG_FILE="$work.tfrc"
fi
export AWS_ACCESS_KEY_ID=dummy AWS_SECRET_ACCESS_KEY=dummy AWS_EC2_METADATA_DISABLED=true
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

terraform init -input=false -no-color > /dev/null
terraform plan -input=false -no-color -lock=false -var offline=true -out=tfplan > /dev/null
terraform show -json tfplan > aws-only.json
python3 "$here/vendors/add.py" aws-only.json "$here/vendors/objects.json" > "$here/tfplan.json"
echo "written: examples/tfplan.json" >&2
