"""What two spellings of a text have in common: for finding, sorting and recognising the same. Pure."""

import unicodedata


def fold(text: str) -> str:
    """Lower case without accents or punctuation, words one space apart.

    "Ärzte-Büro, Ltd." → "arzte buro ltd". Letters and digits of every script stay; what has none
    (an emoji) stays as it is.
    """
    if text.isascii():
        folded = text.lower().translate(_ASCII)
    else:
        plain = unicodedata.normalize("NFKD", text).casefold()
        folded = "".join(map(_folded, unicodedata.normalize("NFKD", plain)))
    return " ".join(folded.split()) or " ".join(text.split())


def _folded(char: str) -> str:
    if char.isalnum():
        return char
    if char in "'’" or unicodedata.combining(char):
        return ""
    return char if unicodedata.category(char) in ("Mn", "Mc") else " "  # vowels of Indic scripts


# The same for the plain letters that most texts consist of, many times faster.
_ASCII = str.maketrans({chr(code): _folded(chr(code)) for code in range(128)})
