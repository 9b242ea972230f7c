# The vendors' objects, as the platform team would write them beside terraform/*.tf. They are kept apart because the
# vendors' Terraform providers are not needed to try the example: objects.json says the same in a plan's own shape, and
# make-plan.sh adds it to the plan of the AWS part.

terraform {
  required_providers {
    auth0       = { source = "auth0/auth0" }
    datadog     = { source = "DataDog/datadog" }
    honeycombio = { source = "honeycombio/honeycombio" }
    lantaarn    = { source = "lantaarn/lantaarn" } # fictional
  }
}

# Keys and tokens come from the environment.
provider "auth0" {
  domain = "kievit.eu.auth0.com"
}

provider "datadog" {
  api_url = "https://api.datadoghq.eu/"
}

provider "honeycombio" {
  api_url = "https://api.eu1.honeycomb.io"
}

provider "lantaarn" {}

# In the register, contract on file, in the Union: nothing to say.
resource "datadog_monitor" "queue" {
  name    = "exports queue is filling up"
  type    = "metric alert"
  query   = "max(last_5m):max:aws.sqs.approximate_number_of_messages_visible{queuename:exports} > 1000"
  message = "The nightly exports are not being picked up."
}

# In the register, but nobody ever got a written undertaking on file.
resource "auth0_client" "portal" {
  name     = "portal"
  app_type = "spa"
}

# Begun on a Friday afternoon, and not in the register at all.
resource "honeycombio_dataset" "traces" {
  name        = "traces"
  description = "Slow requests of the planner."
}

# The controller prohibited this one.
resource "lantaarn_log_drain" "app" {
  name      = "app"
  log_group = "/kievit/app"
}
