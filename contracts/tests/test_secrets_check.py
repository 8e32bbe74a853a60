"""What the keys register takes for a secret, and what for an ordinary place."""

import base64
import hashlib
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.secrets_check import looks_like_secret

WORDS = [
    "vault",
    "safe",
    "office",
    "Tresor",
    "Büro",
    "Anna",
    "backup",
    "firewall",
    "IT",
    "2024",
    "4",
]
SECRETS = [
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA",
    "key: -----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "PuTTY-User-Key-File-3: ssh-ed25519",
    "otpauth://totp/Acme:anna?secret=JBSWY3DPEHPK3PXP&issuer=Acme",
    "JBSWY3DPEHPK3PXP",
    "postgres://portal:s3cret@db.example.com/portal",
    "https://admin:admin@firewall.example.com/",
    "mysql://root:x@10.0.0.1",
    "Server=db;Database=x;User Id=sa;Password=abc;",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcd1234==;",
    "https://dns.example.com/update?token=9f8e7d6c5b",
    "https://hooks.slack.com/services/T00/B00/XXXX",
    "https://send.bitwarden.com/#kvY3/9s",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0abcdefghijkl",
    "glpat-abcdefghij0123456789",
    "xoxb-123456789012-abcdefghijkl",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    "A3-ASWWYB-798JRY-LJVD4-23DC2-86TVM-H43EB",
    "VK7JG-NPHTM-C97JM-9MPGT-3V66T",
    "143693-045034-419419-245047-398459-047839-266189-441716",
    "password: hunter2",
    "Password = swordfish",
    "Passwort: Sommer2024",
    "Kennwort lautet geheim123",
    "the password is hunter2",
    "pw: correct horse battery staple",
    "admin / pw: abc",
    "PASSWORD:hunter2",
    "API key: 12345",
    "client_secret=abcdef",
    "Password: Xy7k92, written in the book",
    "PIN: 4711",
    "safe code 471112",
    "Türcode: 4711",
    "ｐａｓｓｗｏｒｄ: hunter2",
    "pass\u200bword: hunter2",
    "xK9#mP2$vL",
    "in Bitwarden: Tr0ub4dor&3",
    "q7Xp2Lm9Zt",
    "0cc175b9c0f1b6a831c399e269772661",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYq4Lt9ZpW2k",
]
PLACES = [
    "",
    "1Password vault IT / Domain registrar",
    "safe in the office, envelope 4",
    "Bitwarden, collection “Firewall”",
    "https://start.1password.com/open/i?a=2SBNVKRQHZ&v=hfq3kzt5abcdefghijklmnopqr&i=4x7lmn2abcdefghijklm",
    "https://vault.bitwarden.com/#/vault?itemId=3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "https://portal.azure.com/#view/Microsoft_Azure_KeyVault/SecretsBlade",
    "Microsoft 365 tenant larkspurfoods.onmicrosoft.com",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
    r"\\srv01\IT\Passwords\Keys2024.kdbx",
    "/srv/backups/offsite/2024-10/keys.kdbx",
    "Password: in the safe",
    "password: see 1Password, vault IT",
    "Password: Bitwarden",
    "Passwort: im Tresor, Umschlag 4",
    "Passwort: bei Frau Müller",
    "Passwort: Safe-2 im Büro",
    "Password: https://vault.bitwarden.com/#/vault?itemId=3f2504e0",
    "Password: –",
    "The password is kept by Anna in the safe",
    "the password is known to Anna only",
    "Password manager of the office",
    "Secret: in Azure Key Vault kv-prod-01",
    "Token: YubiKey in the safe",
    "API key: HashiCorp Vault, path secret/dns",
    "PIN in envelope 4",
    "Door code is known to the porter",
    "Datenschutzgrundverordnung und Rechtschreibung",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Schlüsselkasten im Büro, 2. Etage, Fach 12",
    "ITAbteilungTresorSchluesselkasten",
    "it-domain-registrar-credentials-2024-office",
    "FGT60FTK20012345",
    "FortiGate 60F, serial FGT60FTK20012345",
    "R&D-Vault2024",
    "Safe#4/Office",
    "acme.example",
    "xn--mnchen-3ya.example",
    "anna.keller2@larkspur-foods.example",
    "github.com/larkspur-foods/ordering-system-2024",
    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    "AWS account 123456789012",
    "+49 30 1234567-89",
    "DE89 3704 0044 0532 0130 00",
    "Source code 2024, escrow at the notary",
    "O'Neill & Sons, 3rd floor",
    "Windows Server 2022 Datacenter, 16 cores",
    "Recovery codes printed, in the bank’s safe-deposit box",
]  # fmt: skip


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_caught_and_not_repeated(text):
    found = looks_like_secret(text)
    assert found is not None
    assert not {found} & set(text.split())


@pytest.mark.parametrize("text", PLACES)
def test_an_ordinary_place_passes(text):
    assert looks_like_secret(text) is None


def hexed(raw: bytes) -> str:
    return raw.hex()


def base62(raw: bytes) -> str:
    letters = string.ascii_letters + string.digits
    return "".join(letters[byte % 62] for byte in raw)


def based64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@settings(max_examples=60)
@given(
    seed=st.binary(max_size=20),
    write=st.sampled_from([hexed, base62, based64, url_safe]),
    around=st.sampled_from(["{}", "kept: {}", "Tresor ({})", "„{}“, Umschlag 4"]),
)
def test_random_tokens_are_caught_wherever_they_stand(seed, write, around):
    """The digest makes them random whatever Hypothesis chooses."""
    token = write(hashlib.sha256(seed).digest())
    assert looks_like_secret(around.format(token)) is not None


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=8,
    ),
    st.sampled_from([" ", "-", "/", ", ", "_", " / "]),
)
def test_words_are_not_caught_however_they_are_joined(words, joint):
    assert looks_like_secret(joint.join(words)) is None


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text):
    assert looks_like_secret(text) is None or isinstance(looks_like_secret(text), str)


@pytest.mark.parametrize("piece", ["x", "a.", "AAAAA-", "eyJ", "A7", "pwd", "x://a"])
def test_a_very_long_text_takes_no_time(piece):
    """Megabytes may be posted into any field; what is too long is refused by its length."""
    before = time.perf_counter()
    looks_like_secret(piece * 200_000)
    assert time.perf_counter() - before < 5
