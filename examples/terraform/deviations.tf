# What the agreement has something to say about, one of each kind.

# Sessions, kept near everybody, also in Virginia. Nobody authorised that.
resource "aws_dynamodb_table" "sessions" {
  name             = "sessions"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  replica {
    region_name = "us-east-1"
  }
}

# Recorded support calls are kept in London: authorisation T-2025-01 allows exactly this.
resource "aws_s3_bucket" "support_calls" {
  provider = aws.london
  bucket   = "kievit-support-calls"
}

# Zurich was allowed for the pilot of 2024. The authorisation (T-2024-01) ended, the bucket stayed.
resource "aws_s3_bucket" "pilot" {
  provider = aws.zurich
  bucket   = "kievit-pilot"
}

# Replicated to a bucket of another team. An S3 ARN names no region, and this plan does not make the bucket.
resource "aws_s3_bucket_replication_configuration" "zilverdijk" {
  bucket = aws_s3_bucket.customer["zilverdijk"].id
  role   = aws_iam_role.app.arn

  rule {
    id     = "long-term"
    status = "Enabled"

    destination {
      bucket = "arn:aws:s3:::kievit-longterm"
    }
  }

  depends_on = [aws_s3_bucket_versioning.customer]
}
