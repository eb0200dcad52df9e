"""What is served of static/: how much it is, and that nothing in it is idle."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from readiness.site.bundle import BundleFinder, lean_script, lean_style, made_of, style_files

ROOT = Path(settings.BASE_DIR)
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
CLASS = re.compile(r"\.(-?[a-z_][\w-]*)")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|light-dark)\(", re.IGNORECASE)


def styles() -> str:
    """Every rule, without comments and without what an address holds."""
    return re.sub(r"url\([^)]*\)", "url()", made_of("css/site.css"))


def selectors() -> str:
    return " ".join(re.findall(r"([^{};]+)\{", styles()))


def test_the_styles_are_at_most_40_kb():
    assert len(made_of("css/site.css").encode()) <= 40_000


def test_all_of_our_scripts_are_at_most_8_kb_on_the_way():
    """Compressed, as they are sent; not of one page: of all that there are."""
    served = [path for path, _ in BundleFinder().list([]) if path.endswith(".js")]
    assert served == ["js/site.js", "js/wall.js"]
    assert sum(len(gzip.compress(made_of(path).encode())) for path in served) <= 8_000


def test_templates_link_what_is_served():
    """With hashed names a page that links a file which is not there any more is no page at all."""
    texts = (file.read_text() for file in (ROOT / "templates").rglob("*.html"))
    linked = {path for text in texts for path in re.findall(r"{% static ['\"]([^'\"]+)", text)}
    assert [path for path in sorted(linked) if finders.find(path) is None] == []


def test_no_comment_follows_code():
    """It would not be taken out, and a quotation mark in it would hide what comes after."""
    lines = [line.strip() for file in SCRIPTS for line in file.read_text().splitlines()]
    assert [line for line in lines if re.search(r";\s*//|/\*", line)] == []


def test_colours_are_in_one_file():
    others = [file for file in style_files() if file.stem != "tokens"]
    text = {file.name: re.sub(r"url\([^)]*\)", "", lean_style(file.read_text())) for file in others}
    values = {name: re.findall(r"(?<=[;{])[\w-]+:([^;{}]*)", rules) for name, rules in text.items()}
    assert {name: found for name, all_ in values.items() if (found := COLOUR.findall(" ".join(all_)))} == {}


def test_what_is_referred_to_is_defined():
    assert set(re.findall(r"var\((--[\w-]+)", styles())) - set(re.findall(r"(--[\w-]+):", styles())) == set()


def test_every_token_is_used():
    tokens = re.findall(r"(--[\w-]+):", (ROOT / "static" / "css" / "tokens.css").read_text())
    assert [name for name in tokens if f"var({name}" not in styles()] == []


def test_no_rule_is_idle():
    """Each class and id of a selector is a word of a template, a script or the code that writes classes."""
    used = set(re.findall(r"[\w-]+", "".join(file.read_text() for file in writers())))
    used |= {f"curve-{number}" for number in range(2, 5)} | {"htmx-request"}
    ids = set(re.findall(r"#([a-z][\w-]*)", selectors()))
    assert sorted((set(CLASS.findall(selectors())) | ids) - used) == []


def writers() -> list[Path]:
    code = [file for part in ("readiness", "launches") for file in (ROOT / part).rglob("*.py")]
    return [*(ROOT / "templates").rglob("*.html"), *SCRIPTS, *code]


def test_every_rule_is_in_a_declared_layer():
    declared = re.search(r"@layer ([\w,]+);", styles())
    assert declared
    rest = styles().replace(declared[0], "")
    names = set(re.findall(r"@layer (\w+)\{", rest))
    assert names <= set(declared[1].split(","))
    for file in style_files():
        text = lean_style(file.read_text()).replace(declared[0], "")
        assert (file.name, text.startswith("@layer "), depth_outside_layers(text)) == (file.name, True, [])


def depth_outside_layers(text: str) -> list[str]:
    """What stands at the top of a file and is no layer."""
    depth, start, found = 0, 0, []
    for at, sign in enumerate(text):
        if sign == "{":
            if depth == 0:
                found.append(text[start:at])
            depth += 1
        elif sign == "}":
            depth -= 1
            start = at + 1
    return [head for head in found if not head.startswith("@layer ")]


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/* why */\np {\n  color: red;\n}\n", "p{color:red}"),
        ("a:hover,\n  b > i {\n  margin: 0 -0.5rem 0.25em;\n}", "a:hover,b>i{margin:0 -0.5rem .25em}"),
        (".a :is(th, td):hover { inset: 0 auto; }", ".a :is(th,td):hover{inset:0 auto}"),
        (".a { &:hover { width: calc(1% + 2px); } }", ".a{&:hover{width:calc(1% + 2px)}}"),
        ("@media (max-width: 40rem) { p { gap: 0; } }", "@media(max-width:40rem){p{gap:0}}"),
        ("@media print { #aabbcc { color: #ffeeab; } }", "@media print{#aabbcc{color:#ffeeab}}"),
        ("p { color: #aabbcc; grid-column: 1 / -1; }", "p{color:#abc;grid-column:1/-1}"),
        ("@layer a {\n p { a: b; }\n}\n@layer a {\n i { c: d; }\n}", "@layer a{p{a:b}i{c:d}}"),
        ("@layer a { p { a: b; } } i { c: d; } @layer a { u { } }", "@layer a{p{a:b}}i{c:d}@layer a{u{}}"),
        ('p::before { content: "·"; }', 'p::before{content:"·"}'),
    ],
)
def test_styles_without_what_only_people_read(written, served):
    assert lean_style(written) == served


@pytest.mark.parametrize(
    ("written", "served"),
    [
        (
            '// Why.\n\nif (a) {\n  b("c = d", `${e} = f`, g - -h);\n}\n',
            'if(a){b("c = d",`${e} = f`,g - -h)}',
        ),
        ("const a = (b) => b + 1;\nconst c = [\n  a,\n];\n", "let a=b=>b+1,c=[a];"),
        ("const a = async (b) => await b;\n", "let a=async(b)=>await b;"),
        ("const a = (b, c) => (b ? (c) => c : 1);\n", "let a=(b,c)=>(b?c=>c:1);"),
        ("a(/ , }/g, '; }', \"it's ; }\");\n", "a(/ , }/g,'; }',\"it's ; }\");"),
        ("for (let a = b; a; ) {\n  a = c;\n}\nd();\n", "for(let a=b;a;){a=c}d();"),
        ("a = b + +c - -d / e;\n", "a=b + +c - -d/e;"),
        ("a++ + b;\nreturn [c, , d];\n", "a+++b;return[c,,d];"),
        ("try {\n  a();\n} catch {\n  // Why not.\n}\n", "try{a()}catch{}"),
    ],
)
def test_a_script_without_what_only_people_read(written, served):
    assert lean_script(written) == served


def test_scripts_are_served_as_one_but_for_the_wall(settings, tmp_path):
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    for name, text in {"b": "b(a);\n", "core": "const a = 1;\n", "a": "a();\n", "wall": "w();\n"}.items():
        (folder / f"{name}.js").write_text(text)
    assert Path(finders.find("js/site.js")).read_text() == "let a=1;a();b(a);"
    assert (Path(finders.find("js/wall.js")).read_text(), made_of("js/a.js")) == ("w();", "")


@pytest.mark.parametrize("path", ["js/absent.js", "js/../css/base.js", "css/base.css", "js/", "../manage.py"])
def test_nothing_else_is_found(path):
    assert made_of(path) == ""


def test_while_debugging_everything_stays_as_it_is_written(settings):
    settings.DEBUG = True
    assert made_of("css/site.css") == "".join(file.read_text() for file in style_files())
    assert made_of("js/wall.js") == (ROOT / "static" / "js" / "wall.js").read_text()
