"""Shapes of input about vendors."""

from vendors.forms.importing import UploadForm
from vendors.forms.merging import MergeForm
from vendors.forms.profile import ContactForm, CreateVendorForm, EditContactForm, EditVendorForm

__all__ = [
    "ContactForm",
    "CreateVendorForm",
    "EditContactForm",
    "EditVendorForm",
    "MergeForm",
    "UploadForm",
]
