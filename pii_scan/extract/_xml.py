"""Stage 3, extract: XML parsed without outside entities, DTDs or a network."""

from typing import Any, Final

from lxml import etree

from pii_scan.errors import ExtractError
from pii_scan.extract._limits import MAX_DEPTH
from pii_scan.extract._reasons import DAMAGED, EXPANDS, TOO_DEEP

LONGEST_ENTITY: Final = 1_000
"""Characters an entity may stand for; longer ones are bombs of the quadratic kind."""
MAX_ENTITIES: Final = 10_000
"""Places where entities stand."""
MAX_FILLED: Final = 1_000_000
"""Characters that entities add to a document."""
TOO_DEEP_PATH: Final = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
"""Finds whether there is an element beyond `MAX_DEPTH`, ten times as fast as a walk would."""


OPTIONS: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
}
"""Of every parser."""


def parse(data: bytes) -> etree._Element:
    """Return the root element, with the short entities of the document itself filled in.

    Raises:
        ExtractError: it is not well-formed, is nested beyond `MAX_DEPTH`, or declares entities that
            are long or made of entities.
    """
    try:
        root: etree._Element = etree.fromstring(data, etree.XMLParser(**OPTIONS))
    except etree.XMLSyntaxError as error:
        raise ExtractError(_reason(error)) from None
    except ValueError:
        raise ExtractError(DAMAGED) from None
    check_depth(root)
    Entities().fill(root)
    return root


def feed(parser: "etree.XMLPullParser[etree._Element]", block: bytes) -> None:
    """Give a parser the next bytes of a document.

    Raises:
        ExtractError: they are not well-formed.
    """
    try:
        parser.feed(block)
    except etree.XMLSyntaxError as error:
        raise ExtractError(_reason(error)) from None
    except ValueError:
        raise ExtractError(DAMAGED) from None


def close(parser: "etree.XMLPullParser[etree._Element]") -> etree._Element:
    """Return the root of a document that a parser was given.

    Raises:
        ExtractError: it is not whole.
    """
    try:
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError as error:
        raise ExtractError(_reason(error)) from None
    return root


def _reason(error: etree.XMLSyntaxError) -> str:
    bombs = {etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT}
    return EXPANDS if error.code in bombs else DAMAGED


def is_partial(root: etree._Element) -> bool:
    """Tell whether a document has texts that stand in other files, which nobody opens."""
    dtd = root.getroottree().docinfo.internalDTD
    return dtd is not None and any(entity.system_url for entity in dtd.iterentities())


class Entities:
    """What a document calls by a name, and how much of that has been filled in."""

    def __init__(self) -> None:
        """Begin."""
        self._known: dict[str | None, str] | None = None
        self._places, self._filled = 0, 0

    def fill(self, root: etree._Element) -> None:
        """Put texts in the place of their names, in an element and all that is in it.

        Raises:
            ExtractError: they are too many or too long, or made of each other.
        """
        if self._known is None:
            self._known = _declared(root)
        for node in list(root.iter(etree.Entity)):
            text = self._known.get((node.text or "")[1:-1], "")
            self._places += 1
            self._filled += len(text)
            if self._places > MAX_ENTITIES or self._filled > MAX_FILLED:
                raise ExtractError(EXPANDS)
            _replace(node, text)


def _declared(root: etree._Element) -> dict[str | None, str]:
    dtd = root.getroottree().docinfo.internalDTD
    known: dict[str | None, str] = {}
    for entity in dtd.iterentities() if dtd is not None else ():
        content = entity.content or ""
        if "&" in (entity.orig or "") or "&" in content or len(content) > LONGEST_ENTITY:
            raise ExtractError(EXPANDS)
        known[entity.name] = content
    return known


def _replace(node: etree._Element, text: str) -> None:
    text += node.tail or ""
    before, parent = node.getprevious(), node.getparent()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    node.tail = None
    parent.remove(node)


def check_depth(root: etree._Element) -> None:
    """Raise `ExtractError` if elements are nested beyond `MAX_DEPTH`."""
    if TOO_DEEP_PATH(root):
        raise ExtractError(TOO_DEEP)


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
