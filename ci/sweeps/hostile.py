"""Hostile texts, and how TOML writes them."""

import unicodedata

# What some reader of YAML, JSON, .env files, Markdown, shells, templates or terminals takes for something else.
PIECES = [
    *"*&!|>#%@`'\"\\~=?:,-[]{}()<$^_+;/.",
    ": ", "- ", "? ", " #", "# ", "&a ", "*a", "!!str ", "!a ", "<<", "---", "...", "--- ", "%YAML 1.1", "|-", ">+", "''", '""', "\\n", "\\u0041", "\\",
    "$$", "$", "${A}", "${A:-b}", "${A?b}", "$(id)", "`id`", "$A", "$1", "%A%", "!1", "\\$", "{{ x }}", "{% x %}", "{# x #}", "{{", "}}", "${{ x }}",
    "<b>", "</td>", "<!-- x", "-->", "<https://a.b>", "https://a.b/c", "a@b.c", "&amp;", "&#36;", "&lt", "[a](b)", "![a](b)", "[a]: b", "**a**", "__a__",
    "_a_", "~~a~~", "`a`", "``a", "| a |", "\\|", "# a", "1. a", "> a", "$a$", "$$a$$", "==a==", "^a^", "~a~", ":smile:", "[^1]", "[ ] a", "***", "===",
    "\t", "\n", "\r", "\r\n", " ", "  ", "\n\n", "\n  ", "\n#", "\n---\n", "\n- a", "\\\n", "\0", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m",
    "\x1b]0;a\x07", "\x7f", "\x80", "\x85", "\x9b", "\xa0", "\xad", "\u1680", "\u2003", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e",
    "\u2060", "\u2066", "\u2069", "\u3000", "\ufeff", "\ufffe", "\uffff", "\ufdd0", "\ufffd", "\ufff9", "\ud7ff", "\ue000", "\U0001f980", "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001d54f", "\U000e0041", "\U000e0001", "\U0001fffe", "\U0010ffff", "e\u0301", "\u0600", "\u05d0", "\u0627\u200c\u0628", "\ufe0f", "\u115f", "\u3164", "\u0345",
    "\n::error::a", "::add-mask::a", "##[error]a", "\r::warning::a", "\n\x1b[2J",
]  # fmt: skip

# What reads as a number, a boolean, a null, a time or a key as a whole.
WHOLE = [
    "yes", "No", "on", "OFF", "y", "N", "true", "False", "null", "NULL", "~", "", " ", "=", "<<", "0", "-0", "+1", "007", "0o17", "0x1F", "0b1", "1_000", "1,000",
    "1e3", "1E+3", "1.", ".5", "-.5", ".inf", "-.INF", ".nan", ".NaN", "+.inf", "1.5e", "0e0", "12e03", "22:22", "1:30:00", "190:20:30.15", "-1:1", "2001-12-14",
    "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "2026-1-1", "-", "--", "?", ":", "- ", "!", "!!", "!!null", "!!binary aGk=", "|", ">", "%", "@", "`",
    "undefined", "NaN", "Infinity", "None", "nil", "[]", "{}", "{a: b}", "[a, b]", '{"a": 1}', "export A=1", "A=1", "#", "a #b", "a# b", "a: b", "a:", ":a",
    "__proto__", "constructor", "Port", "N/A", "-1", "99999999999999999999", "0.1e-400", "1e400", "v1", "3.10", "1.0", "0777", "08", "123abc", "1s", "5m", "512k",
]  # fmt: skip

# Bytes that are no UTF-8, or that no text should have.
HIDDEN_BYTES = [b"\0", b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x1b", b"\x7f", b"\r", b"\x0c", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\n", b"\t"]

PLAIN = "abcXYZ019_./:@%+,=-[]"
# Line breaks and tabs are data in `compose`, and so are joiners.
DATA = "\n\t\r\u200c\u200d"
# Where Unicode has no character yet, but has none to come that is seen either.
HIDDEN_RESERVED = [(0x2065, 0x2066), (0xFFF0, 0xFFF9), (0xE0000, 0xE1000)]


def is_hidden(character):
    """Controls, formats, and ends of lines and paragraphs, as Unicode has them."""
    if unicodedata.category(character) == "Cn":
        return any(first <= ord(character) < end for first, end in HIDDEN_RESERVED)
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")


def is_for_people(text):
    """Whether it is a text for people: not blank, at most 500 characters, nothing hidden."""
    return not text.isspace() and 0 < len(text) <= 500 and not any(map(is_hidden, text))


def is_key(text):
    """Whether it is a key in `compose`."""
    return 0 < len(text.encode()) <= 500 and not any(map(is_hidden, text))


def is_data(text):
    """Whether it is a value in `compose`."""
    return not any(is_hidden(character) and character not in DATA for character in text)


class Texts:
    """Texts from a source of chance."""

    def __init__(self, chance):
        self.chance = chance

    def any(self):
        roll = self.chance.random()
        if roll < 0.15:
            return self.chance.choice(WHOLE)
        if roll < 0.2:
            return self.chance.choice([" ", "\t", "", "\n"]) + self.chance.choice(WHOLE) + self.chance.choice([" ", "\t", "", "\n"])
        if roll < 0.25:
            return "".join(map(self.character, range(self.chance.randint(1, 12))))
        if roll < 0.252:
            return self.pieces(3) * self.chance.choice([100, 500, 2000])
        return self.pieces(self.chance.randint(1, 5))

    def visible(self):
        """A text in which nothing is hidden, more often than not."""
        return "".join(character for character in self.any() if not is_hidden(character)) or "x"

    def plain(self):
        """A text that every reader of .env files takes as it is."""
        return "".join(self.chance.choices(PLAIN, k=self.chance.randint(1, 20)))

    def pieces(self, count):
        parts = [self.chance.choice([self.chance.choice(PIECES), self.chance.choice(PIECES), self.word()]) for _ in range(count)]
        return "".join(parts)

    def word(self):
        return self.chance.choice(["a", "bc", "Portal", "x y", " ", "é", "z.", "0", "42"])

    def character(self, _):
        """A character of any plane that Python and portgen both know: none that newer versions of Unicode have added."""
        while True:
            end = self.chance.choice([0x80, 0x250, 0x3000, 0x10000, 0x20000, 0x110000])
            character = chr(self.chance.randrange(end))
            category = unicodedata.category(character)
            if category not in ("Cs", "Cn") or self.is_forever_unassigned(character):
                return character

    def is_forever_unassigned(self, character):
        return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def toml(text, chance):
    """The text as a string of TOML on one line: with as many escapes as it needs, or more."""
    share = chance.choice([0, 0, 0, 0.2, 1])
    if share == 0 and "'" not in text and all(character == "\t" or character.isprintable() for character in text):
        return f"'{text}'" if chance.random() < 0.5 else basic(text, chance, share)
    return basic(text, chance, share)


def basic(text, chance, share):
    return '"' + "".join(map(lambda character: escaped(character, chance.random() < share), text)) + '"'


def escaped(character, must_be):
    if character in SHORT:
        return SHORT[character]
    if must_be or ord(character) < 0x20 or ord(character) == 0x7F:
        return f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}"
    return character
