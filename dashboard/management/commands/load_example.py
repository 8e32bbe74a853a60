"""`manage.py load_example`: the example organization once, and the logins that open it."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Membership
from dashboard import example
from dashboard.actions import load_example


class Command(BaseCommand):
    help = "Load the example organization once; print its logins as long as it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        load_example()
        there = Membership.objects.filter(
            organization__is_example=True, user__email="owner@example.com"
        )
        if not there.exists():
            return
        self.stdout.write(f"Example logins (password {example.PASSWORD}):")
        for person in example.PEOPLE:
            self.stdout.write(f"  {person.role:<10} {person.login}@example.com")
