"""The cryptography by itself: what is sealed opens for its key and row, and for nothing else."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.sealing import base32, document, passphrase, recovery
from enquiries.sealing.errors import SealBroken
from enquiries.sealing.receipt import Receipt, new_token
from enquiries.sealing.recipient import PrivateKey, wrap

WORDS = {"message": "Zanquilla, in a whisper"}


@pytest.fixture
def cheap_stretching():
    """Here it costs what it costs in real life."""


@pytest.fixture
def place():
    return {"enquiry": uuid4(), "row": uuid4(), "kind": "enquiry"}


def test_document_opens_with_its_key_in_its_row(place):
    key = document.new_key()

    assert document.open_sealed(document.seal(WORDS, key, **place), key, **place) == WORDS


@pytest.mark.parametrize("changed", ["enquiry", "row"])
def test_document_does_not_open_in_another_row(place, changed):
    key = document.new_key()
    sealed = document.seal(WORDS, key, **place)

    with pytest.raises(SealBroken):
        document.open_sealed(sealed, key, **(place | {changed: uuid4()}))


def test_document_does_not_open_as_another_kind(place):
    key = document.new_key()
    sealed = document.seal(WORDS, key, **place)

    with pytest.raises(SealBroken):
        document.open_sealed(sealed, key, **(place | {"kind": "note"}))


def test_document_does_not_open_with_another_key(place):
    sealed = document.seal(WORDS, document.new_key(), **place)

    with pytest.raises(SealBroken):
        document.open_sealed(sealed, document.new_key(), **place)


def test_every_altered_byte_is_refused(place):
    key = document.new_key()
    sealed = document.seal(WORDS, key, **place)

    opened = []
    for at in range(len(sealed)):
        altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        try:
            opened.append(document.open_sealed(altered, key, **place))
        except SealBroken:
            continue

    assert opened == []


def test_every_truncation_is_refused(place):
    key = document.new_key()
    sealed = document.seal(WORDS, key, **place)

    opened = []
    for length in range(len(sealed)):
        try:
            opened.append(document.open_sealed(sealed[:length], key, **place))
        except SealBroken:
            continue

    assert opened == []


def test_stored_length_tells_only_steps_of_512_bytes(place):
    key = document.new_key()

    lengths = {len(document.seal({"message": "x" * size}, key, **place)) for size in range(0, 1200, 7)}

    overhead = 1 + 12 + 16
    assert {length - overhead for length in lengths} == {512, 1024, 1536}


def test_nothing_of_the_text_is_in_what_is_stored(place):
    sealed = document.seal(WORDS, document.new_key(), **place)

    assert b"Zanquilla" not in sealed


def test_content_keys_open_for_their_recipient():
    private, place = PrivateKey.generate(), {"enquiry": uuid4(), "recipient": uuid4()}

    assert private.unwrap(wrap(b"k" * 64, private.public, **place), **place) == b"k" * 64


@pytest.mark.parametrize("changed", ["enquiry", "recipient"])
def test_wrap_does_not_open_for_another_enquiry_or_recipient(changed):
    private, place = PrivateKey.generate(), {"enquiry": uuid4(), "recipient": uuid4()}
    wrapped = wrap(b"k" * 64, private.public, **place)

    with pytest.raises(SealBroken):
        private.unwrap(wrapped, **(place | {changed: uuid4()}))


@pytest.mark.parametrize("damage", [lambda w: b"", lambda w: w[:100], lambda w: w[:-1], lambda w: w[:-1] + bytes([w[-1] ^ 1])])
def test_damaged_wrap_is_refused(damage):
    private, place = PrivateKey.generate(), {"enquiry": uuid4(), "recipient": uuid4()}
    wrapped = wrap(b"k" * 64, private.public, **place)

    with pytest.raises(SealBroken):
        private.unwrap(damage(wrapped), **place)


def test_wrap_does_not_open_with_another_key():
    place = {"enquiry": uuid4(), "recipient": uuid4()}
    wrapped = wrap(b"k" * 64, PrivateKey.generate().public, **place)

    with pytest.raises(SealBroken):
        PrivateKey.generate().unwrap(wrapped, **place)


def test_private_key_shows_nothing_of_itself():
    assert repr(PrivateKey(b"s" * 32)) == "PrivateKey()"


def test_passphrase_opens_its_key_however_it_is_typed():
    private, key_id = PrivateKey.generate(), uuid4()
    locked = passphrase.lock(private, "caf\u00e9 by the river", key_id=key_id)

    assert passphrase.unlock(locked, "  cafe\u0301 by the river ", key_id=key_id) == private


def test_passphrase_opens_a_key_that_was_locked_long_ago():
    locked = bytes.fromhex(
        "01bc74ea32ad9d31eb869e20642e0c165afa4a30717bf0c44a9feccc06b47049e1384d2d8283acfe"
        "720a63c35bff4bd5eff676c47098e9628bd07a669c539d675262509569309eb82fc3079555"
    )

    assert passphrase.unlock(locked, "amber violin harbour moss", key_id=UUID(int=7)) == PrivateKey(bytes(range(32)))


def test_wrong_passphrase_is_refused():
    key_id = uuid4()
    locked = passphrase.lock(PrivateKey.generate(), "right", key_id=key_id)

    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unlock(locked, "wrong", key_id=key_id)


def test_locked_key_of_somebody_else_is_refused():
    locked = passphrase.lock(PrivateKey.generate(), "right", key_id=uuid4())

    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unlock(locked, "right", key_id=uuid4())


@pytest.mark.parametrize("locked", [b"", b"\x01short", b"\x02" + bytes(80)])
def test_locked_key_that_is_none_is_refused(locked):
    with pytest.raises(passphrase.WrongPassphrase):
        passphrase.unlock(locked, "right", key_id=uuid4())


def test_receipt_is_sixteen_signs_in_fours():
    groups = Receipt.from_token(new_token()).code.split("-")

    assert [len(group) for group in groups] == [4, 4, 4, 4]


def test_same_form_leads_to_the_same_receipt():
    token = new_token()

    assert Receipt.from_token(token) == Receipt.from_token(token)
    assert Receipt.from_token(token) != Receipt.from_token(new_token())


def test_receipt_leads_to_the_enquiry_of_long_ago():
    receipt = Receipt.read("0V1K-7QM2-PXD9-FH10")

    assert receipt.lookup == "c470da2f4678c551423006a5ce6ffeacffce39c2bcfda54524d37281738df742"
    assert receipt.key.hex() == "74fc64672f0301e42b0998599c38c951f9e6550caddb0cbfe1ed7da61f928957"


def test_receipt_is_forgiven_case_spaces_and_look_alikes():
    receipt = Receipt.read("0V1K-7QM2-PXD9-FH10")

    assert Receipt.read(" ou lk 7qm2 pxd9 fhlo ").lookup == receipt.lookup
    assert Receipt.read("0V1K-7QM2-PXD9-FH11").lookup != receipt.lookup


def test_receipt_opens_its_thread_and_no_other():
    receipt, enquiry = Receipt.from_token(new_token()), uuid4()
    wrapped = receipt.wrap(b"t" * 32, enquiry=enquiry)

    assert receipt.unwrap(wrapped, enquiry=enquiry) == b"t" * 32
    for other, place in ((Receipt.from_token(new_token()), enquiry), (receipt, uuid4())):
        with pytest.raises(SealBroken):
            other.unwrap(wrapped, enquiry=place)


def test_receipt_shows_neither_its_code_nor_its_key():
    receipt = Receipt.from_token(new_token())

    assert receipt.code not in repr(receipt)
    assert repr(receipt.key) not in repr(receipt)


@given(st.binary(min_size=1, max_size=40))
def test_codes_come_back_as_the_bytes_that_they_stand_for(data):
    typed = base32.encode(data).lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert base32.decode(typed, len(data)) == data


def test_printed_recovery_key_comes_back():
    private = PrivateKey.generate()

    assert recovery.typed(recovery.printed(private)) == private


def test_slip_in_a_recovery_key_is_noticed():
    code = recovery.printed(PrivateKey(b"r" * 32))
    slip = ("A" if code[5] != "A" else "B").join((code[:5], code[6:]))

    for mistyped in (slip, code[:-1], ""):
        with pytest.raises(recovery.MistypedRecoveryKey):
            recovery.typed(mistyped)
