"""Stage 3, extract: XML parsed without outside entities, DTDs or a network."""

from typing import Final

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


def parse(data: bytes) -> etree._Element:
    """Return the root element, with the short entities of the document itself filled in.

    Raises:
        ExtractError: it is not well-formed, is nested beyond `MAX_DEPTH`, or declares entities that
            are long or made of entities.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        bombs = {etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT}
        raise ExtractError(EXPANDS if error.code in bombs else DAMAGED) from None
    except ValueError:
        raise ExtractError(DAMAGED) from None
    if TOO_DEEP_PATH(root):
        raise ExtractError(TOO_DEEP)
    _fill_entities(root)
    return root


def is_partial(root: etree._Element) -> bool:
    """Tell whether a document has texts that stand in other files, which nobody opens."""
    dtd = root.getroottree().docinfo.internalDTD
    return dtd is not None and any(entity.system_url for entity in dtd.iterentities())


def _fill_entities(root: etree._Element) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is None:
        return
    known = {}
    for entity in dtd.iterentities():
        content = entity.content or ""
        if "&" in (entity.orig or "") or "&" in content or len(content) > LONGEST_ENTITY:
            raise ExtractError(EXPANDS)
        known[entity.name] = content
    places = list(root.iter(etree.Entity))
    filled = sum(len(known.get((node.text or "")[1:-1], "")) for node in places)
    if len(places) > MAX_ENTITIES or filled > MAX_FILLED:
        raise ExtractError(EXPANDS)
    for node in places:
        text = known.get((node.text or "")[1:-1], "") + (node.tail or "")
        before, parent = node.getprevious(), node.getparent()
        if parent is None:
            continue
        if before is not None:
            before.tail = (before.tail or "") + text
        else:
            parent.text = (parent.text or "") + text
        node.tail = None
        parent.remove(node)


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""
