# Five places. Three are in the Union (Frankfurt, Dublin, and Stockholm through a variable), two look as if they
# were and are not: eu-west-2 is London and eu-central-2 is Zurich.

provider "aws" {
  region                      = "eu-central-1"
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
  skip_metadata_api_check     = var.offline

  default_tags {
    tags = { Product = "roosters", ManagedBy = "terraform" }
  }
}

provider "aws" {
  alias                       = "dublin"
  region                      = "eu-west-1"
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
  skip_metadata_api_check     = var.offline
}

provider "aws" {
  alias                       = "archive"
  region                      = var.archive_region
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
  skip_metadata_api_check     = var.offline
}

provider "aws" {
  alias                       = "london"
  region                      = "eu-west-2"
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
  skip_metadata_api_check     = var.offline
}

provider "aws" {
  alias                       = "zurich"
  region                      = "eu-central-2"
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
  skip_metadata_api_check     = var.offline
}
