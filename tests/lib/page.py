# SPDX-License-Identifier: BSD-2-Clause
"""The page of ses-policy report, read as a browser reads it, and strictly: what is not closed, or stands where it may not, is told."""
import html.parser
import re

VOID = {"meta", "wbr", "rect", "line"}
# All that the page is made of. What a name from outside brings with it is not among them.
ELEMENTS = VOID | set("html head title style body a header div p h1 h2 h3 h4 b nav ul li main section code span table caption thead tbody tr th td "
                      "bdi details summary dl dt dd svg g desc figure figcaption article footer time".split())
ATTRIBUTES = set("lang charset content http-equiv name class href id role scope tabindex open datetime aria-label aria-labelledby aria-hidden "
                 "focusable viewbox preserveaspectratio x y x1 x2 y1 y2 width height".split())

# What stands apart from what is before it.
BLOCKS = set("p div h1 h2 h3 h4 li td th dt dd summary title".split())


class Page(html.parser.HTMLParser):
    """`text`: what a reader sees. Raises AssertionError where the page is no good HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.title = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        assert source.startswith("<!DOCTYPE html>\n")
        self.feed(source)
        self.close()
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids), "an id twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, f"<{tag}> at {self.getpos()}"
        names = [name for name, _ in attrs]
        assert set(names) <= ATTRIBUTES and len(set(names)) == len(names), f"{names} at {self.getpos()}"
        given = dict(attrs)
        if identity := given.get("id"):
            self.ids.append(identity)
        if link := given.get("href"):
            self.links.append(link)
        self.elements.append((tag, given))
        if tag in BLOCKS:
            self.text += "\n"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> in {self.open} at {self.getpos()}"
        self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, f"<{tag}/> at {self.getpos()}"
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            assert "url(" not in data and "@import" not in data
            return
        if self.open == ["html", "head", "title"]:
            self.title += data
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def policy_of(page: Page) -> str | None:
    """Its Content-Security-Policy."""
    return next((attrs["content"] for tag, attrs in page.elements if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"), None)


def spoken(text: str) -> str:
    """Without what a person does not see: how blanks are."""
    return re.sub(r"\s+", " ", text)
