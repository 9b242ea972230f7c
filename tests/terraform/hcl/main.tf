# A small estate that has every way a provider's region reaches a resource. Fictional; planned offline by the test.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "recovery_region" {
  type    = string
  default = "eu-west-3"
}

locals {
  offline = { key = "AKIAIOSFODNN7EXAMPLE", secret = "planted-secret-in-a-provider" }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = local.offline.key
  secret_key                  = local.offline.secret
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "virginia"
  region                      = "us-east-1"
  access_key                  = local.offline.key
  secret_key                  = "planted-secret-in-a-constant"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "recovery"
  region                      = var.recovery_region
  access_key                  = local.offline.key
  secret_key                  = local.offline.secret
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

resource "terraform_data" "region" {
  input = "eu-north-1"
}

provider "aws" {
  alias                       = "later"
  region                      = terraform_data.region.output
  access_key                  = local.offline.key
  secret_key                  = local.offline.secret
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

resource "aws_s3_bucket" "home" {
  bucket = "fictional-home"
}

resource "aws_s3_bucket" "away" {
  provider = aws.virginia
  bucket   = "fictional-away"
}

resource "aws_sqs_queue" "recovery" {
  provider = aws.recovery
  name     = "fictional-recovery"
}

resource "aws_sqs_queue" "later" {
  provider = aws.later
  name     = "fictional-later"
}

resource "aws_iam_user" "nobody" {
  name = "fictional-nobody"
}

resource "aws_iam_role" "replication" {
  name               = "fictional-replication"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_s3_bucket_versioning" "home" {
  bucket = aws_s3_bucket.home.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_replication_configuration" "by_reference" {
  bucket = aws_s3_bucket_versioning.home.bucket
  role   = aws_iam_role.replication.arn
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.away.arn
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "by_arn" {
  bucket = "fictional-elsewhere"
  role   = aws_iam_role.replication.arn
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket = "arn:aws:s3:::fictional-nobody-knows-where"
    }
  }
}

module "store" {
  source   = "./store"
  for_each = toset(["a.b/c", "q\"uote"])
  name     = each.key
  providers = {
    aws      = aws
    aws.copy = aws.virginia
  }
}
