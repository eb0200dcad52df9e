"""What people write can do no harm: whatever goes in, only these tags, attributes and addresses come out."""

from html.parser import HTMLParser

import pytest

from launches.markdown import NAMES_AT_MOST, names_in, rendered

TAGS = {"a", "b", "blockquote", "br", "code", "em", "h3", "hr", "li", "ol", "p", "pre", "strong", "ul"}
ATTRIBUTES = {"a": {"href", "title", "rel"}, "b": {"class", "title"}, "ol": {"start"}}
REL = "nofollow noopener noreferrer"

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'//",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<form action='https://evil.example'><button>Sign in again</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='position:fixed;inset:0'>Your session has ended</p>",
    "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<b hx-get='/sign-out/' hx-trigger='load'>x</b>",
    "<div id='main' data-panel>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    '[x](https://a.example "onmouseover=alert(1) x=\\"")',
    "[x](https://a.example'onmouseover='alert(1))",
    '[x](https://a.example"onmouseover="alert(1))',
    "![x](javascript:alert(1))",
    '![x"onerror="alert(1)](https://evil.example/pixel.gif)',
    "<javascript:alert(1)>",
    '<https://a.example/"onmouseover=alert(1)>',
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>alert(1)</script>\nx\n```',
    "`<img src=x onerror=alert(1)>`",
    '@ann"><script>alert(1)</script>',
    "@evil @<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "# <img src=x onerror=alert(1)>",
    "<!-- --><script>alert(1)</script><!-- -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "\x00<script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
PEOPLE = {"ann": "Ann Example", "evil": '"><script>alert(1)</script>', "bo@harbor.example": "Bo"}


class Seen(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def is_harmless(tag, attributes):
    if tag not in TAGS or not set(attributes) <= ATTRIBUTES.get(tag, set()):
        return False
    leads_somewhere = attributes.get("href", "/").startswith(("http://", "https://", "mailto:", "/"))
    return leads_somewhere and attributes.get("class") in (None, "mention")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_harmful_comes_out(text):
    seen = Seen(rendered(text, PEOPLE)).tags
    assert [(tag, attributes) for tag, attributes in seen if not is_harmless(tag, attributes)] == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("two\nlines", "<p>two<br>\nlines</p>\n"),
        ("**so** *so* `a<b`", "<p><strong>so</strong> <em>so</em> <code>a&lt;b</code></p>\n"),
        ("# As loud as can be", "<h3>As loud as can be</h3>\n"),
        ("<b>typed</b>", "<p>&lt;b&gt;typed&lt;/b&gt;</p>\n"),
        (
            "see https://a.example/x.",
            f'<p>see <a href="https://a.example/x" rel="{REL}">https://a.example/x</a>.</p>\n',
        ),
        (
            "![plan](https://a.example/p.png)",
            f'<p>!<a href="https://a.example/p.png" rel="{REL}">plan</a></p>\n',
        ),
        ("[matrix](/regions/)", f'<p><a href="/regions/" rel="{REL}">matrix</a></p>\n'),
        ("@ann, look", '<p><b class="mention" title="Ann Example">@ann</b>, look</p>\n'),
        ("@Ann.", '<p><b class="mention" title="Ann Example">@Ann</b>.</p>\n'),
        ("@nobody and me@ann", "<p>@nobody and me@ann</p>\n"),
        ("`@ann`", "<p><code>@ann</code></p>\n"),
        ("@bo@harbor.example", '<p><b class="mention" title="Bo">@bo@harbor.example</b></p>\n'),
        ("", ""),
    ],
)
def test_what_it_looks_like(text, html):
    assert rendered(text, PEOPLE) == html


def test_a_name_cannot_break_out_of_its_mention():
    assert Seen(rendered("@evil", PEOPLE)).tags == [
        ("p", {}),
        ("b", {"class": "mention", "title": '"><script>alert(1)</script>'}),
    ]


def test_the_names_in_a_text():
    text = "@Ann (@bo@harbor.example) **@cy**, @ann again; not `@dan`, not dan@eve, not @ alone\n\n> @fay."
    assert names_in(text) == ["ann", "bo@harbor.example", "cy", "fay"]


def test_more_names_than_anybody_means_are_text():
    names = [f"n{number}" for number in range(NAMES_AT_MOST + 50)]
    assert names_in(" ".join(f"@{name}" for name in names)) == names[:NAMES_AT_MOST]
