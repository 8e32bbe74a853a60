"""The usual IT services of a small firm, to pick from. Pure data; every firm adds its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Starter:
    """One service of the list. `unit` is what there is so and so much of in a month."""

    key: str
    name: str
    description: str
    unit: str


STARTERS = (
    Starter(
        "help_desk",
        "Help desk",
        "Somebody to call or write to when a computer, a program or a password does not work.",
        "tickets",
    ),
    Starter(
        "workplaces",
        "Computers and phones",
        "Buying, setting up, updating and replacing the devices that people work on.",
        "devices set up",
    ),
    Starter(
        "network",
        "Network and Wi-Fi",
        "Internet access, switches, Wi-Fi, firewall and remote access, watched and kept up to date.",
        "changes",
    ),
    Starter(
        "cloud",
        "Servers and cloud",
        "Running servers or a cloud tenant: accounts, rights, updates, capacity and cost.",
        "changes",
    ),
    Starter(
        "security",
        "Security watch",
        "Looking out for attacks round the clock, closing holes, and acting when something happens.",
        "alerts",
    ),
    Starter(
        "backup",
        "Backup and restore",
        "Copies of all data in a safe place, and a restore that was tried and works.",
        "restores",
    ),
    Starter(
        "mail",
        "Mail and collaboration",
        "Mailboxes, calendars, shared files and meetings, with accounts for those who come and go.",
        "account changes",
    ),
    Starter(
        "business_software",
        "Business software",
        "Care of the programs that the firm runs on: accounts, stock, orders, customers.",
        "tickets",
    ),
    Starter(
        "development",
        "Software development",
        "Building and changing programs of your own.",
        "hours",
    ),
    Starter(
        "website",
        "Website and shop",
        "Hosting, updates and content of the website or the online shop.",
        "changes",
    ),
    Starter(
        "customer_support",
        "Customer support by chat or mail",
        "Answering your customers' questions in your name.",
        "conversations",
    ),
    Starter(
        "telephony",
        "Telephony",
        "Telephone numbers, extensions, call queues and voicemail.",
        "changes",
    ),
    Starter(
        "data_entry",
        "Data entry",
        "Typing in or checking orders, invoices, forms or product data.",
        "records",
    ),
    Starter(
        "reporting",
        "Databases and reports",
        "Keeping databases in order and making the reports that decisions rest on.",
        "reports",
    ),
    Starter(
        "training",
        "IT training",
        "Teaching people to work with their programs, and safely.",
        "people trained",
    ),
)
BY_KEY = {starter.key: starter for starter in STARTERS}
