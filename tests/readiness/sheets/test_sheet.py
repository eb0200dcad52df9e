import pytest

from readiness.sheets.sheet import SheetRow, UnreadableSheet, decoded, parsed

TEXT = "nom;équipe\nÉtiquettes;Entrepôt\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_whatever_a_spreadsheet_saves(encoding):
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_big_endian_with_its_mark():
    assert decoded(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x81\x8d", b"\xff\xfea"])
def test_what_is_no_text(content):
    with pytest.raises(UnreadableSheet, match="It is no text"):
        decoded(content)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a;b\nc;d, and e", [["a", "b"], ["c", "d, and e"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a|b\n|d", [["a", "b"], ["", "d"]]),
        ("only\none", [["only"], ["one"]]),
        ('a,b\n"c\r\nmore","d ""e"""\n', [["a", "b"], ["c\nmore", 'd "e"']]),
        ('name,what\nA,"x, y; z"\nB,u; v; w', [["name", "what"], ["A", "x, y; z"], ["B", "u; v; w"]]),
    ],
)
def test_the_delimiter_is_found(text, rows):
    assert [row.values for row in parsed(text).rows] == rows


def test_a_row_is_where_it_begins():
    text = '\ufeffa,b\n\n"c\nc",d\n , \ne,f'
    assert parsed(text).rows == [SheetRow(1, ["a", "b"]), SheetRow(3, ["c\nc", "d"]), SheetRow(6, ["e", "f"])]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "There is nothing in it."),
        (" \n,,\n", "There is nothing in it."),
        ('a,b\nc,"d\ne,f', "Line 2 is not CSV"),
        ("a\n" * 5_002, "more than 5000 rows"),
        ("é" * 500_001, "larger than 1 MB"),
        ("," * 40, "There is nothing in it."),
        ("a," * 40, "more than 40 columns"),
        ("a," + "b" * 200_000, "Line 1 is not CSV"),
    ],
)
def test_what_is_refused(text, problem):
    with pytest.raises(UnreadableSheet, match=problem):
        parsed(text)


def test_as_much_as_is_allowed():
    assert len(parsed("name\n" + "a\n" * 5_000).rows) == 5_001
