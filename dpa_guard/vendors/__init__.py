"""Which vendor an identifier belongs to, and what sort of thing a Terraform provider manages. Data: ``data/*.csv``."""

from dpa_guard.vendors.catalogue import Vendor, vendor_of
from dpa_guard.vendors.providers import ProviderClass, cloud_of, provider_class, provider_name

__all__ = ["ProviderClass", "Vendor", "cloud_of", "provider_class", "provider_name", "vendor_of"]
