"""Malformed tables in every format: a typed error with code and line, or a valid EOS; never NaN."""

import random

import numpy as np
import pytest
from table_files import LAYOUT, lines, write

from stellar.eos.user_tables.findings import TableError
from stellar.eos.user_tables.user_table import examined, resolve_table
from stellar.errors import InputError

ROW = 70  # a row of the core


def _cell(value):
    def change(text, start, p, eps):
        return _set(text, start + ROW, p, value)

    return change


def _eps_cell(value):
    def change(text, start, p, eps):
        return _set(text, start + ROW, eps, value)

    return change


def _set(text, line, column, value):
    separator = "," if "," in text[line] else " "
    words = text[line].replace(",", " ").split()
    words[column] = value(words[column]) if callable(value) else value
    return [*text[:line], separator.join(words), *text[line + 1 :]]


def _scaled(factor):
    return lambda word: f"{float(word) * factor:.12e}"


def _column_scaled(which, factor):
    def change(text, start, p, eps):
        for line in range(start, len(text)):
            text = _set(text, line, (p, eps)[which], _scaled(factor))
        return text

    return change


def _row(replacement):
    def change(text, start, p, eps):
        line = start + ROW
        return [*text[:line], *replacement(text, line), *text[line + 1 :]]

    return change


def _swapped(text, start, p, eps):
    line = start + ROW
    return [*text[:line], text[line + 1], text[line], *text[line + 2 :]]


def _renumbered(text):
    return text


# name: (change, codes of which one must be found, whether it belongs to a line)
DEFECTS = {
    "nan": (_cell("nan"), {"E_NONFINITE"}, True),
    "infinity": (_cell("inf"), {"E_NONFINITE"}, True),
    "overflow": (_cell("1e999"), {"E_NONFINITE"}, True),
    "Fortran stars": (_cell("********"), {"E_SYNTAX"}, True),
    "word": (_cell("abc"), {"E_SYNTAX"}, True),
    "two exponents": (_cell("1e5e5"), {"E_SYNTAX"}, True),
    "underscore": (_cell("1_0"), {"E_SYNTAX"}, True),
    "hexadecimal": (_cell("0x1p3"), {"E_SYNTAX"}, True),
    "non-ASCII digit": (_cell("\u0661"), {"E_SYNTAX"}, True),
    "decimal point twice": (_cell("1.2.3"), {"E_SYNTAX"}, True),
    "negative pressure": (_cell(_scaled(-1.0)), {"E_NEG"}, True),
    "zero pressure": (_cell("0.0"), {"E_NEG"}, True),
    "falling pressure": (_cell(_scaled(0.3)), {"E_P_DECREASING"}, True),
    "pressure too high": (_cell(_scaled(5.0)), {"E_P_DECREASING"}, True),
    "missing column": (_row(lambda t, k: [t[k].replace(",", " ").rsplit(None, 1)[0]]), None, True),
    "repeated row": (
        _row(lambda t, k: [t[k], t[k]]),
        {"E_EPS_NOT_INCREASING", "E_ROWCOUNT"},
        None,
    ),
    "lost row and header": (_row(lambda t, k: ["word word"]), None, None),
    "rows exchanged": (_swapped, {"E_P_DECREASING", None}, None),
    "pressure unit": (_column_scaled(0, 1.6e33), {"E_UNITS", "E_NONFINITE"}, None),
    "pressure unit the other way": (_column_scaled(0, 1e-6), {"E_UNITS"}, None),
    "short": (lambda t, s, p, e: t[: s + 8], {"E_TOO_FEW", "E_ROWCOUNT"}, None),
    "header only": (lambda t, s, p, e: t[:s], None, None),
}
WHOLE = {
    "empty": b"",
    "comments only": b"# nothing\n# here\n",
    "blank": b"\n\n   \n\t\n",
    "zero bytes": b"1 2\n\0\0\0\n",
    "random bytes": np.random.default_rng(1).bytes(3000),
    "UTF-16": "1 2 3\n".encode("utf-16"),
    "Latin-1": "1 2 3 \u00e9\n".encode("latin-1"),
    "prose": b"Dear colleague,\nthe table is attached.\n",
    "one number": b"1\n",
    "JSON": b'{"P": [1, 2], "eps": [3, 4]}',
    "long line": b"1 " * 20_000,
    "bad zip": b"PK\x03\x04 this is no archive",
    "bad HDF5": b"\x89HDF\r\n\x1a\n" + bytes(500),
    "pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x07builtins\x94.",
}


@pytest.mark.parametrize("name", LAYOUT)
@pytest.mark.parametrize("defect", DEFECTS)
def test_defect_is_refused_with_its_code_and_line(tmp_path, name, defect):
    change, codes, has_line = DEFECTS[defect]
    start, p, eps = LAYOUT[name]
    good = list(lines(name)[0])
    text = change(good, start, p, eps)
    spec = write(tmp_path, name, text)
    if name == "compose" and defect == "rows exchanged":  # the order of rows means nothing there
        assert resolve_table(spec).h_max > 0.8
        return
    with pytest.raises(InputError) as problem:
        resolve_table(spec)
    sentence = str(problem.value)
    assert "\n" not in sentence
    assert len(sentence) < 700
    if codes and isinstance(problem.value, TableError):
        found = [f for f in problem.value.findings if f.is_error]
        assert {f.code for f in found} & codes
        if has_line:
            # the fall of the pressure is seen in the row after a value that is too high
            wanted = range(start + ROW + 1, start + ROW + 3)
            assert any(f.line in wanted for f in found)


@pytest.mark.parametrize("name", [*LAYOUT, "alone"])
@pytest.mark.parametrize("content", WHOLE)
def test_content_that_is_no_table_is_refused(tmp_path, name, content):
    if name == "alone":
        path = tmp_path / "table.dat"
        path.write_bytes(WHOLE[content])
        spec = f"table:{path}"
    else:
        spec = write(tmp_path, name, WHOLE[content])
        spec += "" if "format" in spec or "columns" in spec else f",format={name}"
    with pytest.raises(InputError) as problem:
        resolve_table(spec)
    assert "\n" not in str(problem.value)


def test_every_defect_is_listed_not_only_the_first(tmp_path):
    text = list(lines("lal2")[0])
    for line in (20, 40, 60):
        text = _set(text, line, 0, "nan")
    text = _set(text, 50, 1, "word")
    found = examined(write(tmp_path, "lal2", text)).findings
    assert sorted(f.line for f in found if f.is_error) == [21, 41, 51, 61]


ALPHABET = "0123456789.eEdD+-, \t#\nnaif\u00e9*"


def _mutated(text, generator):
    """A few random edits: characters, rows, cells."""
    for _ in range(generator.randint(1, 4)):
        kind = generator.randrange(7)
        i = generator.randrange(len(text))
        if kind == 0 and text[i]:
            k = generator.randrange(len(text[i]))
            text[i] = text[i][:k] + generator.choice(ALPHABET) + text[i][k + 1 :]
        elif kind == 1:
            del text[i]
        elif kind == 2:
            text.insert(i, text[generator.randrange(len(text))])
        elif kind == 3:
            j = generator.randrange(len(text))
            text[i], text[j] = text[j], text[i]
        elif kind == 4:
            words = text[i].replace(",", " ").split() or ["0"]
            values = ("0", "-1", "1e300", "1e-300", "nan", "1.0-100", "5", words[0])
            words[generator.randrange(len(words))] = generator.choice(values)
            text[i] = ("," if "," in text[i] else " ").join(words)
        elif kind == 5:
            del text[i : i + generator.randint(1, 30)]
        else:
            text[i] = text[i][: generator.randrange(len(text[i]) + 1)]
        if not text:
            text = [""]
    return text


@pytest.mark.parametrize("name", LAYOUT)
def test_mutated_table_is_refused_in_words_or_gives_finite_matter(tmp_path, name):
    # 8 formats of 130 mutations each
    accepted = 0
    for seed in range(130):
        generator = random.Random(f"{name} {seed}")  # noqa: S311  reproducible damage, no secret
        text = _mutated(list(lines(name)[0]), generator)
        spec = write(tmp_path, name, text)
        try:
            eos = resolve_table(spec)
        except InputError:
            continue
        accepted += 1
        for segment in eos.segments[1:]:
            h = np.geomspace(segment.h_lo, segment.h_hi, 300)
            h[-1] = segment.h_hi
            state = np.array(segment.evaluate(h))
            assert np.all(np.isfinite(state))
            assert np.all(state[:3] > 0.0)
            assert np.all(np.diff(state[0]) > 0.0)
    assert accepted < 130
