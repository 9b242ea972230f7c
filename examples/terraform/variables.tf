variable "archive_region" {
  description = "Where the yearly archives are kept."
  type        = string
  default     = "eu-north-1"
}

variable "customers" {
  description = "The care organisations that plan their rosters with us; one bucket each."
  type        = set(string)
  default     = ["oosterveld", "waterkant", "zilverdijk"]
}

variable "offline" {
  description = "Plan without an AWS account: nothing is asked of AWS, the keys are dummies."
  type        = bool
  default     = false
}
