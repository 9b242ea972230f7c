# What the inputs beside this file were made from (Terraform 1.11.4; needs no provider from anywhere).
variable "password" {
  default   = "hunter2-planted"
  sensitive = true
}

variable "fail" {
  default = false
}

resource "terraform_data" "note" {
  input = "naïve-planted ${var.password}"

  lifecycle {
    precondition {
      condition     = !var.fail
      error_message = "made to fail"
    }
  }
}

resource "terraform_data" "other" {
  input = "kept"
}
