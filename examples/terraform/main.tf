# The application itself: everything in Frankfurt.

resource "aws_vpc" "main" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "app" {
  for_each          = { a = "10.20.1.0/24", b = "10.20.2.0/24" }
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = "eu-central-1${each.key}"
}

resource "aws_kms_key" "data" {
  description         = "rosters and client data"
  enable_key_rotation = true
}

resource "aws_db_subnet_group" "rosters" {
  name       = "rosters"
  subnet_ids = [for subnet in aws_subnet.app : subnet.id]
}

resource "aws_db_instance" "rosters" {
  identifier                  = "rosters"
  engine                      = "postgres"
  instance_class              = "db.m7g.large"
  allocated_storage           = 200
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.data.arn
  username                    = "rosters"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.rosters.name
  multi_az                    = true
  backup_retention_period     = 35
}

resource "aws_s3_bucket" "customer" {
  for_each = var.customers
  bucket   = "kievit-${each.key}"
}

resource "aws_s3_bucket_versioning" "customer" {
  for_each = aws_s3_bucket.customer
  bucket   = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_sqs_queue" "exports" {
  name = "exports"
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/kievit/app"
  retention_in_days = 90
}

resource "aws_ecs_cluster" "app" {
  name = "app"
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

# The yearly archives: the same module twice, each time with another provider passed in.

module "archive" {
  source    = "./modules/archive"
  name      = "kievit-archive"
  providers = { aws = aws.archive }
}

module "archive_second_copy" {
  source    = "./modules/archive"
  name      = "kievit-archive-2"
  providers = { aws = aws.dublin }
}
