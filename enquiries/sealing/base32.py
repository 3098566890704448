"""Crockford's base 32: codes that people can write down, read out and type back (https://www.crockford.com/base32.html)."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What a hand may have meant: the letters that are left out because they look like others.
LOOK_ALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
GROUP = 4


def encode(data: bytes) -> str:
    """Return the code for `data`, in groups of four joined by hyphens. Bits are filled up with zeros at the end."""
    length = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (length * 5 - len(data) * 8)
    code = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
    return "-".join(code[start : start + GROUP] for start in range(0, length, GROUP))


def tidy(code: str) -> str:
    """Return the letters and digits of what somebody typed, in capitals, with look-alikes put right."""
    return "".join(sign for sign in code.upper().translate(LOOK_ALIKES) if sign in ALPHABET)


def decode(code: str, length: int) -> bytes:
    """Return the `length` bytes that a code stands for, forgiving of case, spaces, hyphens and look-alikes.

    Raises:
        ValueError: the code has too few or too many signs, or bits where there can be none.
    """
    signs = tidy(code)
    if len(signs) != -(-length * 8 // 5):
        raise ValueError("The code has the wrong length.")
    number = 0
    for sign in signs:
        number = number << 5 | ALPHABET.index(sign)
    spare = len(signs) * 5 - length * 8
    if number & ((1 << spare) - 1):
        raise ValueError("The code does not end as it should.")
    return (number >> spare).to_bytes(length, "big")
