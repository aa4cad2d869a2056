"""Stage 3, extract: HTML -> parts, for web pages and for mail bodies alike."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from pii_scan.errors import ExtractError
from pii_scan.extract._embedded import Pictures
from pii_scan.extract._limits import MAX_COLUMNS
from pii_scan.extract._reasons import DAMAGED, TOO_DEEP
from pii_scan.extract._table import Row, grid
from pii_scan.extract._text import chunks, fields
from pii_scan.model import Chunk, Gap, Part, Table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

UNSEEN: Final = frozenset({"script", "style", "template", "head"})
INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i"}
    | {"img", "input", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike"}
    | {"strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "o:p"}
)
CELLS: Final = frozenset({"td", "th"})
TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
ENDLESS: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "colgroup"}
    | {"param", "frame", "html", "head", "body", "o"}
)
"""Elements that have no end tag, or often go without."""
MAX_OPEN: Final = 5_000
"""The time of the parser grows with the square of the depth: 5,000 take 0.1 s, 80,000 30 s."""
MAX_SPAN: Final = 100
MAX_FRAMES: Final = 3
"""Pages within pages."""
PICTURE: Final = re.compile(r"\bdata:image/[\w.+-]{1,40}(?:;[\w=-]{1,40})?;base64,([\w+/=%\s]+)")
"""RFC 2397."""


def html(markup: str, where: str = "", depth: int = 0) -> Iterator[Part]:
    """Yield the text that a reader sees, its data tables, and what stands beside it.

    Beside it: title, meta tags, comments, alternative texts, addresses behind links, the values
    of form fields, pages in frames and pictures. Scripts and styles are left out.

    Args:
        markup: decoded.
        where: the address of the running text.
        depth: pages within pages that it is in.

    Raises:
        ExtractError: elements are nested so deeply that the parser would take minutes.
    """
    from selectolax.lexbor import LexborHTMLParser

    if _open_tags(markup) > MAX_OPEN:
        raise ExtractError(TOO_DEEP)
    tree = LexborHTMLParser(markup)
    root = tree.root
    if root is None:
        return
    grids: dict[int, list[Row]] = {}
    for table in tree.css("table"):
        if not table.css("table table"):
            rows = _grid(table)
            if _is_data(rows):
                grids[table.mem_id] = rows
    for chunk in chunks(_lines(root, set(grids))):
        yield Chunk(chunk.text, ", ".join(filter(None, (where, chunk.where))))
    for number, rows in enumerate(grids.values(), start=1):
        yield from grid(rows, ", ".join(filter(None, (where, f"table {number}"))))
    yield from fields(_beside(root), f"{where} attributes".strip())
    for number, frame in enumerate(tree.css("iframe[srcdoc]"), start=1):
        place = ", ".join(filter(None, (where, f"frame {number}")))
        if depth == MAX_FRAMES:
            yield Gap(TOO_DEEP, place)
        else:
            yield from html(frame.attributes.get("srcdoc") or "", place, depth + 1)
    if not depth:
        yield from _pictures(markup, where)


def _pictures(markup: str, where: str) -> Iterator[Part]:
    """Yield the pictures that a page holds itself, in whichever attribute or style they stand."""
    kept = Pictures(f"{where} pictures".strip())
    for found in PICTURE.finditer(markup):
        try:
            data = b64decode(unquote(found[1]), validate=False)
        except ValueError:
            yield Gap(DAMAGED, f"{where} pictures".strip())
            continue
        yield from kept.take(data)


def _open_tags(markup: str) -> int:
    """Return how many elements are open at once at most, but for those that need no end."""
    opened = most = 0
    for slash, tag in TAG.findall(markup):
        if tag.lower() not in ENDLESS:
            opened = max(opened - 1, 0) if slash else opened + 1
            most = max(most, opened)
    return most


def text(parts: Iterator[Part]) -> str:
    """Return all text of some parts, to compare a mail body with its alternative."""
    found = []
    for part in parts:
        match part:
            case Chunk(text=stretch):
                found.append(stretch)
            case Table(columns=columns, rows=rows):
                found.extend(" ".join(row) for row in (columns, *rows))
    return "\n".join(found)


def _walk(root: "LexborNode", skip: set[int]) -> Iterator[tuple["LexborNode", bool]]:
    """Yield (node, whether it is left) in order, without recursion; nothing inside `skip`."""
    node: LexborNode | None = root
    while node is not None:
        yield node, False
        if node.first_child is not None and node.tag not in UNSEEN and node.mem_id not in skip:
            node = node.first_child
            continue
        while node is not None:
            yield node, True
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _lines(root: "LexborNode", skip: set[int]) -> Iterator[str]:
    """Yield the visible text in lines; block elements end a line, table cells are set apart."""
    held: list[str] = []
    preformatted = 0
    for node, is_left in _walk(root, skip):
        tag = node.tag or ""
        if node.is_text_node:
            if not is_left:
                content = node.text_content or ""
                held.append(content if preformatted else _collapse(content))
            continue
        if tag.startswith("-") or tag in INLINE:
            continue
        if tag in {"pre", "textarea"}:
            preformatted += -1 if is_left else 1
        if tag in CELLS:
            held.append("\t" if is_left else "")
        elif tag == "br":
            held.append("" if is_left else "\n")
        elif any(held):
            line = "".join(held).strip(" \n\t")
            held.clear()
            if line:
                yield from (each.strip(" ") + "\n" for each in line.split("\n"))
    line = "".join(held).strip()
    if line:
        yield line + "\n"


def _collapse(content: str) -> str:
    words = " ".join(content.split())
    if not words:
        return " " if content else ""
    return f"{' ' * content[0].isspace()}{words}{' ' * content[-1].isspace()}"


def _grid(table: "LexborNode") -> list[Row]:
    """Return the rows of a table without tables inside; a wide cell stands in its first column."""
    rows: list[Row] = []
    for row in table.css("tr"):
        cells: list[str] = []
        child = row.first_child
        while child is not None:
            if child.tag in CELLS:
                cells.append(_cell(child))
                span = child.attributes.get("colspan") or "1"
                width = int(span) if span.isdecimal() and len(span) < 4 else 1
                cells.extend("" for _ in range(1, min(width, MAX_SPAN)))
            child = child.next
        rows.append((len(rows) + 1, tuple(cells)))
    return rows


def _cell(node: "LexborNode") -> str:
    """Return the text of a cell; most hold one stretch of it and nothing else."""
    inner = node.first_child
    if inner is not None and inner.is_text_node and inner.next is None:
        return " ".join((inner.text_content or "").split())
    return "".join(_lines(node, set())).strip()


def _is_data(rows: list[Row]) -> bool:
    """Tell a table of data from one that lays out a page."""
    filled = [[cell for cell in cells if cell] for _, cells in rows]
    wide = [cells for cells in filled if len(cells) > 1]
    longest = max((len(cell) for cells in filled for cell in cells), default=0)
    width = max((len(cells) for _, cells in rows), default=0)
    is_small = longest < 2_000 and width <= MAX_COLUMNS
    return is_small and len(wide) > 1 and len(wide) * 2 >= len(filled)


def _beside(root: "LexborNode") -> Iterator[tuple[str, str]]:
    """Yield (label, value) of what a page says without showing it."""
    for node in root.traverse(include_text=False):
        tag = node.tag
        if tag == "-comment":
            yield "comment", (node.comment_content or "").strip()
            continue
        if tag == "title":
            yield "title", node.text().strip()
            continue
        attributes = node.attributes
        if not attributes:
            continue
        if tag == "meta":
            label = attributes.get("name") or attributes.get("property") or ""
            yield label, (attributes.get("content") or "") if label else ""
        elif tag in {"input", "option", "button", "data"}:
            label = attributes.get("name") or attributes.get("id") or "value"
            yield label, attributes.get("value") or ""
        link = (attributes.get("href") or attributes.get("action") or "").strip()
        if link.lower().startswith(("mailto:", "tel:", "sms:")):
            yield "", unquote(link.partition(":")[2])
        for label in ("alt", "title", "placeholder", "aria-label"):
            yield label, (attributes.get(label) or "").strip()
