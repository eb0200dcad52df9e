"""What people write to each other: Markdown to HTML that can do no harm.

Markdown's own HTML is off, and what it renders to passes a sanitiser all the same: two locks, either of which
would do. Images are links, because the page loads nothing from elsewhere; headings are as small as a comment.
"""

import re
from collections.abc import Mapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# A user name as Django knows it, also one that is an e-mail address. A full stop after it ends the sentence.
_NAME = re.compile(r"@([\w.+-]+(?:@[\w.-]+)?)")
_PUNCTUATION = ".+-"
_WORD = re.compile(r"[\w.+-]")
# More than anybody means: the rest is read as text.
NAMES_AT_MOST = 200

_CLEANER = nh3.Cleaner(
    tags={"a", "b", "blockquote", "br", "code", "em", "h3", "hr", "li", "ol", "p", "pre", "strong", "ul"},
    clean_content_tags={"script", "style"},
    attributes={"a": {"href", "title"}, "b": {"title"}, "ol": {"start"}},
    allowed_classes={"b": {"mention"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener noreferrer",
)


def rendered(text: str, people: Mapping[str, str]) -> str:
    """HTML. `people`: user name, in small letters, to what its owner is called; other names stay text."""
    return _CLEANER.clean(_MARKDOWN.render(text, {"people": people}))


def names_in(text: str) -> list[str]:
    """The user names `text` mentions, in small letters, each once, in order; code mentions nobody."""
    found = [
        token.content.lower()
        for block in _MARKDOWN.parse(text, {})
        for token in block.children or ()
        if token.type == "mention"
    ]
    return list(dict.fromkeys(found))[:NAMES_AT_MOST]


def _mention(state: StateInline, silent: bool) -> bool:
    """An @ that begins a word, and the name after it."""
    if state.src[state.pos] != "@" or (state.pos and _WORD.match(state.src[state.pos - 1])):
        return False
    match = _NAME.match(state.src, state.pos)
    name = match[1].rstrip(_PUNCTUATION) if match else ""
    if not name:
        return False
    people = state.env.get("people")
    if people is not None and name.lower() not in people:
        return False
    if not silent:
        state.push("mention", "", 0).content = name
    state.pos += 1 + len(name)
    return True


def _rendered_mention(_: Any, tokens: list[Token], at: int, __: Any, env: Mapping[str, Any]) -> str:
    name = tokens[at].content
    label = nh3.clean_text(env["people"][name.lower()])
    return f'<b class="mention" title="{label}">@{nh3.clean_text(name)}</b>'


def _small_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable("linkify").disable(["image", "html_block", "html_inline"])
    markdown.inline.ruler.before("link", "mention", _mention)
    markdown.core.ruler.push("small_headings", _small_headings)
    markdown.add_render_rule("mention", _rendered_mention)
    return markdown


_MARKDOWN = _markdown()
