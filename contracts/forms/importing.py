"""Uploading a list of contracts."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Perm
from contracts.list_file import ContractList, Setting, read_contract_list, vendor_names
from contracts.registered import vendors_by_name
from core.imports.forms import ListUploadForm
from core.spreadsheets import Grid
from vendors.queries import members_by_word


class ContractUploadForm(ListUploadForm):
    """A CSV or XLSX file with contracts. `adds_vendors` is cleaned first: the file is read by it."""

    adds_vendors = forms.BooleanField(
        label="Add vendors that are missing from the register", required=False
    )
    field_order = ["adds_vendors", "file"]

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.helper.layout = Layout("creation_key", "file", "adds_vendors")

    def read(self, grid: Grid) -> ContractList:
        organization = self.member.organization
        known = vendors_by_name(organization, vendor_names(grid))
        setting = Setting(
            today=timezone.localdate(),
            currency=organization.currency,
            may_sign=self.member.can(Perm.CONTRACT_SIGN),
            managers=members_by_word(organization, Perm.CONTRACT_EDIT),
            vendors={key: [vendor.pk for vendor in vendors] for key, vendors in known.items()},
            adds_vendors=self.cleaned_data.get("adds_vendors", False),
        )
        return read_contract_list(grid, setting)
