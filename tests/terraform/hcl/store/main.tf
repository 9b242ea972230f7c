terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.copy]
    }
  }
}

variable "name" {
  type = string
}

resource "aws_dynamodb_table" "here" {
  name         = "fictional-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name = "eu-west-2"
  }
}

resource "aws_ebs_volume" "there" {
  provider          = aws.copy
  availability_zone = "us-east-1-scl-1a"
  size              = 1
}

resource "aws_sqs_queue" "there" {
  provider = aws.copy
  name     = "fictional-copy"
}
