"""The rules of single values, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors import values
from vendors.countries import countries, countries_like, country_code, country_name, time_zone_name
from vendors.folding import fold, name_key, registration_key, search_words, website_key
from vendors.values import choice, clean_text, country_codes, entries, founded_year, size_band


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("example.com", "https://example.com"),
        (" HTTP://Example.COM/ ", "http://example.com"),
        ("//example.com", "https://example.com"),
        ("example.com:8080/a?b=c#d", "https://example.com:8080/a?b=c#d"),
        ("https://example.com/En/", "https://example.com/En/"),
        ("münchen.example", "https://münchen.example"),
        ("sub.a-b.example.", "https://sub.a-b.example."),
    ],
)
def test_websites_become_full_addresses(text, kept):
    assert values.website(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.com",
        "mailto:a@example.com",
        "https://user:secret@example.com",
        "localhost",
        "https://",
        "http://[::1",
        "https://example.com:99999999",
        "exa mple.com",
        "https://exa\tmple.com",
        "-.example",
        "a..example",
        "x\x00.example",
        "e.example/" + "x" * 300,
        "ä" * 400,
    ],
)
def test_what_is_no_website_is_refused(text):
    with pytest.raises(ValueError, match=r"is not the address|characters|can't be shown"):
        values.website(text)


@given(st.text(max_size=60))
def test_a_website_is_kept_as_it_was_kept_before(text):
    try:
        kept = values.website(text)
    except ValueError:
        return
    assert values.website(kept) == kept
    assert kept == "" or kept.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("de", "DE"),
        ("Germany", "DE"),
        (" united kingdom", "GB"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("Türkiye", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Czech Republic", "CZ"),
        ("The Netherlands", "NL"),
    ],
)
def test_countries_by_name_or_code(text, code):
    assert country_code(text) == code


def test_every_country_is_found_by_its_own_name_and_code():
    assert len(countries()) == 249
    for code, name in countries().items():
        assert country_code(name) == country_code(code.lower()) == code
        assert country_name(code) == name


def test_unknown_countries_say_so():
    with pytest.raises(ValueError, match="“Narnia” is not a country we know"):
        country_code("Narnia")
    assert country_name("ZZ") == "ZZ"


def test_a_filter_finds_countries_by_part():
    assert countries_like("ie") == ["IE"]
    assert countries_like("uk") == ["GB"]
    assert countries_like("united") == ["AE", "GB", "US"]
    assert countries_like("nowhere") == []
    assert countries_like("  ") == []


def test_time_zones_are_spelled_right():
    assert time_zone_name("europe/berlin") == "Europe/Berlin"
    assert time_zone_name("America/New York") == "America/New_York"
    assert time_zone_name("utc") == "UTC"
    assert time_zone_name("") == ""
    for text in ("Mars/Phobos", "posix/Europe/Berlin", "Etc/GMT+5", "../etc/passwd"):
        with pytest.raises(ValueError, match="is not a time zone"):
            time_zone_name(text)


def test_lists_are_split_and_kept_once_in_order():
    assert entries("Help desk, network;  Backup\nhelp-desk,,") == ["Help desk", "network", "Backup"]
    assert entries(" , ") == []
    assert country_codes("Germany; AT | uk, de") == ["DE", "AT", "GB"]


def test_lists_have_bounds():
    with pytest.raises(ValueError, match="51 entries; at most 50"):
        entries(",".join(f"service {n}" for n in range(51)))
    with pytest.raises(ValueError, match="at most 80"):
        entries("x" * 81)


def test_years():
    assert founded_year(" 2011 ", 2026) == 2011
    assert founded_year("", 2026) is None
    assert (founded_year("1800", 2026), founded_year("2026", 2026)) == (1800, 2026)
    for text in ("1799", "2027", "11", "9" * 30, "２０１１", "-2011", "2011.5", "abcd", "1e3"):
        with pytest.raises(ValueError, match="from 1800 to 2026"):
            founded_year(text, 2026)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("", ""),
        ("1", "1"),
        ("1 person", "1"),
        ("2–9 people", "2-9"),
        ("10 - 49", "10-49"),
        ("35 employees", "10-49"),
        ("249", "50-249"),
        ("250", "250+"),
        ("250+", "250+"),
        ("250 people or more", "250+"),
        ("1200", "250+"),
        ("Medium", "50-249"),
        ("freelancer", "1"),
    ],
)
def test_sizes(text, band):
    assert size_band(text) == band


@pytest.mark.parametrize("text", ["lots", "0", "-5", "1.5", "9" * 30, "5-500"])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match="is not a size"):
        size_band(text)


def test_choices_by_word_or_value():
    known = [("on_watch", "On watch"), ("active", "Active")]
    assert choice("ON-WATCH", known, "status") == "on_watch"
    assert choice(" active", known, "status") == "active"
    assert choice("", known, "status") == ""
    with pytest.raises(ValueError, match="“Best friends” is not a status. Choose one of: On watch"):
        choice("Best friends", known, "status")


def test_texts_are_refused_not_cut():
    assert clean_text("  👩‍💻 שלום ", 20) == "👩‍💻 שלום"
    assert clean_text("two\nlines\tand tab", 20) == "two\nlines\tand tab"
    with pytest.raises(ValueError, match="This has 11 characters; at most 10 fit"):
        clean_text("x" * 11, 10)
    for text in ("a\x00b", "a\x1bb", "a\ud800b"):
        with pytest.raises(ValueError, match="can't be shown"):
            clean_text(text, 10)


# Keys -----------------------------------------------------------------------------------------------


def test_names_are_the_same_beyond_case_accents_and_punctuation():
    assert name_key("Ärzte-Büro,  LTD.") == name_key("arzte büro ltd") == "arzte buro ltd"
    assert name_key("Liam O’Sé & Sons") == "liam ose sons"
    assert name_key("Datacore") != name_key("Data Core")
    assert name_key("北風サポート") == "北風サホート"
    assert name_key("हिन्दी") != name_key("हन्द")
    assert name_key("🚀") == "🚀"
    assert len(name_key("ß" * 200)) == 200


def test_websites_are_the_same_beyond_scheme_www_and_path():
    for text in ("https://www.a.example/en", "http://a.example:80", "https://A.example."):
        assert website_key(text.lower()) == "a.example"
    assert website_key("https://facebook.com/one/") == "facebook.com/one"
    assert website_key("") == website_key("http://[::1") == ""


def test_registration_numbers_are_the_same_beyond_spaces_and_signs():
    assert registration_key("HRB 12-345 b") == registration_key("hrb12345B") == "hrb12345b"
    assert registration_key(" - ") == ""


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_case_and_outer_space_never_make_another_name(text):
    assert name_key(f"  {text} ") == name_key(text)
    assert name_key(text.casefold()) == name_key(text)


def test_a_search_has_bounds():
    assert search_words("Help-Desk, Zürich") == ["help", "desk", "zurich"]
    assert len(search_words("a b c d e f g h i j k")) == 8
    assert search_words("x" * 500) == ["x" * 200]
