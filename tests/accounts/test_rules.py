"""Tokens, PINs, passphrases, second factor and roles, without database or Flask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.access import Role
from training_app.access.permissions import MAY_GRANT
from training_app.accounts.rules import (
    lifetimes,
    passphrases,
    people,
    pins,
    roles,
    second_factor,
    tokens,
)

PEPPER = "p" * 40
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
BIRTH = date(1961, 3, 27)
seeds = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(seeds)
def test_a_card_holds_130_bits_and_a_code_40_in_letters_that_survive_the_telephone(
    seed: str,
) -> None:
    secret, code = tokens.card_secret(PEPPER, seed), tokens.entry_code(PEPPER, seed)
    assert (len(secret), len(code)) == (26, 8)
    assert set(secret + code) <= set(tokens.ALPHABET)
    assert not set("ILOU") & set(secret + code)


@given(seeds)
def test_however_a_code_is_written_it_is_read_alike(seed: str) -> None:
    code = tokens.entry_code(PEPPER, seed)
    for written in (code, tokens.spaced(code), code.lower(), f" {code[:3]} {code[3:]} "):
        assert tokens.tidy(written) == code
    assert tokens.tidy(code.replace("0", "O").replace("1", "l")) == code


@given(seeds, seeds)
def test_stored_fingerprints_say_nothing_without_the_pepper(one: str, other: str) -> None:
    code = tokens.entry_code(PEPPER, one)
    assert tokens.code_fingerprint(PEPPER, code) != tokens.code_fingerprint("q" * 40, code)
    assert code not in tokens.code_fingerprint(PEPPER, code).upper() + one.upper()
    assert (one == other) == (tokens.card_secret(PEPPER, one) == tokens.card_secret(PEPPER, other))


@pytest.mark.parametrize(
    "pin",
    [
        *("123456", "654321", "000000", "111222", "121212", "123123", "147258", "135791"),
        *("777888", "246802", "890123", "098765", "123321", "112233", "686868"),
    ],
)
def test_pins_that_strangers_try_first_are_refused(pin: str) -> None:
    assert pins.weakness(pin) is not None


@pytest.mark.parametrize("pin", ["270361", "032761", "610327", "196103", "271961", "273196"])
def test_the_date_of_birth_is_no_pin_however_it_is_written(pin: str) -> None:
    expected = pin != "273196"
    assert (pins.weakness(pin, birth=BIRTH) is not None) is expected


@pytest.mark.parametrize("pin", ["12345", "1234567", "12a456", "", "１２３４５６", "12 456"])
def test_a_pin_is_six_plain_digits(pin: str) -> None:
    assert pins.weakness(pin) is not None


@given(st.integers(0, 999_999).map("{:06}".format))
def test_most_pins_are_free_to_choose(pin: str) -> None:
    reason = pins.weakness(pin)
    assert reason is None or "first" in reason


@pytest.mark.thorough
def test_at_most_three_in_a_hundred_pins_are_refused() -> None:
    refused = sum(pins.weakness(f"{number:06}") is not None for number in range(0, 1_000_000, 7))
    assert refused / (1_000_000 / 7) < 0.03


def test_waits_double_from_the_fifth_failure_and_the_tenth_kills() -> None:
    minutes = [pins.wait_after(n).total_seconds() / 60 for n in range(1, 13)]
    assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert [n for n in range(1, 12) if pins.kills(n)] == [10, 11]


@pytest.mark.parametrize(
    "passphrase",
    [
        *("short", "matkhau123456", "hoagiaicoso2026", "Password1234!", "aaaaaaaaaaaaaaaa"),
        *("Nguyễn Văn An 2026", "an.nguyen.1234", "tuphaphanoi123", "quantri@2026!!"),
    ],
)
def test_passphrases_made_of_words_tried_first_are_refused(passphrase: str) -> None:
    assert passphrases.weakness(passphrase, about=["an.nguyen", "Nguyễn Văn An"]) is not None


@pytest.mark.parametrize(
    "passphrase", ["con trâu đi cày ruộng sâu", "xe-dap-mau-xanh-la-cay", "k7!mQ2x#v9Lp4Zr"]
)
def test_unconnected_words_make_a_passphrase(passphrase: str) -> None:
    assert passphrases.weakness(passphrase, about=["an.nguyen", "Nguyễn Văn An"]) is None


# RFC 6238, appendix B, SHA-1, cut to six digits; the secret is "12345678901234567890".
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924")]


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_second_factor_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.step_of(RFC_SECRET, code, at) == seconds // 30


def test_a_code_of_the_neighbouring_half_minute_is_right_and_an_older_one_is_not() -> None:
    at = datetime.fromtimestamp(59, UTC)
    assert second_factor.step_of(RFC_SECRET, " 287 082 ", at + timedelta(seconds=30)) == 1
    assert second_factor.step_of(RFC_SECRET, "287082", at + timedelta(seconds=90)) is None


@given(st.integers(1, 10**9))
def test_a_sealed_second_factor_opens_only_for_its_account_and_pepper(account: int) -> None:
    sealed = second_factor.seal(PEPPER, account, RFC_SECRET)
    assert RFC_SECRET not in sealed
    assert second_factor.unseal(PEPPER, account, sealed) == RFC_SECRET
    assert second_factor.seal(PEPPER, account, RFC_SECRET) != sealed


def test_staff_sign_ins_end_after_half_an_hour_of_silence_and_twelve_hours_at_most() -> None:
    life = lifetimes.lifetime(staff=True, shared=False)
    expires = NOW + life.absolute
    assert not lifetimes.over(life, last_seen=NOW, expires=expires, now=NOW + timedelta(minutes=29))
    assert lifetimes.over(life, last_seen=NOW, expires=expires, now=NOW + timedelta(minutes=30))
    assert lifetimes.over(life, last_seen=expires, expires=expires, now=NOW + timedelta(hours=12))


def test_a_proof_is_fresh_for_five_minutes() -> None:
    extra = {"proved_at": NOW.isoformat()}
    assert lifetimes.recently_proved(extra, NOW + timedelta(minutes=4))
    assert not lifetimes.recently_proved(extra, NOW + timedelta(minutes=5))
    assert not lifetimes.recently_proved({}, NOW)
    assert lifetimes.recently_proved({"way": "demo"}, NOW)


def test_names_on_a_phone_that_others_see_end_in_an_initial() -> None:
    assert people.short_name("Nguyễn Thị Hoa") == "Nguyễn Thị H."
    assert people.short_name("Ý") == "Ý."


def test_phones_are_told_apart_by_their_browser() -> None:
    assert people.device_label("Mozilla/5.0 (Linux; Android 9; SM-J415F)") == "Android phone"
    assert people.device_label("") == people.OTHER_PHONE


def test_nobody_gives_a_role_outside_the_one_table() -> None:
    for role in Role:
        assert set(roles.may_grant([role])) == set(MAY_GRANT.get(role, ()))


@pytest.mark.parametrize(
    ("role", "level", "national", "allowed"),
    [
        (Role.COMMUNE_OFFICER, "commune", False, True),
        (Role.COMMUNE_OFFICER, "province", False, False),
        (Role.COMMUNE_OFFICER, None, False, False),
        (Role.PROVINCE_OFFICER, "province", True, True),
        (Role.PROVINCE_OFFICER, "commune", True, False),
        (Role.MINISTRY_VIEWER, None, True, True),
        (Role.MINISTRY_VIEWER, "province", True, False),
        (Role.REVIEWER, None, True, True),
        (Role.REVIEWER, None, False, False),
        (Role.TRAINER, "province", False, True),
    ],
)
def test_each_role_is_held_over_its_kind_of_unit(
    role: Role, level: str | None, *, national: bool, allowed: bool
) -> None:
    assert (roles.refusal(role, level, national=national) is None) is allowed
