# The role by which dpa-guard looks at this account. It lists and describes; it reads no data.
# Apply it in each account of the organisation, or deploy member-role.cfn.yaml as a StackSet instead.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "role_name" {
  type        = string
  default     = "dpa-guard-read"
  description = "The name that dpa-guard.toml has as role."
}

variable "trusted_principal_arn" {
  type        = string
  description = "ARN of the role that runs the scan, in the account it runs in."
}

variable "external_id" {
  type        = string
  sensitive   = true
  description = "The words that dpa-guard.toml has as external_id; at least 16 characters, for you alone."

  validation {
    condition     = length(var.external_id) >= 16
    error_message = "external_id: at least 16 characters."
  }
}

locals {
  policies = fileset(path.module, "policy-*.json")
}

resource "aws_iam_policy" "this" {
  for_each = local.policies

  name        = "${var.role_name}-${trimsuffix(each.key, ".json")}"
  description = "What dpa-guard asks of an account. Names and settings, never data."
  policy      = file("${path.module}/${each.key}")
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "dpa-guard looks at this account. It lists and describes; it reads no data."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.trusted_principal_arn }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.policies

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this[each.key].arn
}

output "role_arn" {
  value = aws_iam_role.this.arn
}
