"""Detection as the settings ask for it: recognizers, names, words of special categories."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pii_scan import plugins
from pii_scan.classify.exports import Exports
from pii_scan.config.exports import load_exports
from pii_scan.config.settings import Settings
from pii_scan.config.special import load_special
from pii_scan.detect import detect
from pii_scan.detect.engine import Engine
from pii_scan.detect.special import SpecialFinder
from pii_scan.model import Chunk, Hit, NameModel, Recognizer, Table

if TYPE_CHECKING:
    from pii_scan.detect.voters import Names

Find = Callable[[Chunk | Table], tuple[str, list[Hit]]]


@dataclass(frozen=True, slots=True)
class Detector:
    """Detection as the settings ask for it."""

    find: Find
    ahead: Callable[[Sequence[str]], None] = lambda _: None
    """Told of texts that will be asked for one by one: a language model reads many at once faster
    than each by itself."""

    def __call__(self, part: Chunk | Table) -> tuple[str, list[Hit]]:
        """Return the text that was scanned and the hits in it, in order, none overlapping."""
        return self.find(part)


def load_recognizers(packs: Sequence[str]) -> tuple[Recognizer, ...]:
    """Return the recognizers of all packs.

    Raises:
        ConfigError: a pack cannot be imported or holds none.
    """
    return tuple(r for pack in packs for r in plugins.load(pack, "RECOGNIZER", Recognizer))


def detector(
    settings: Settings, recognizers: Sequence[Recognizer], min_score: float, *, names: bool = True
) -> Detector:
    """Return the engine that the settings ask for; without `names` it seeks identifiers only."""
    exports = load_exports()
    finders = (SpecialFinder(*load_special()),) if names else ()
    namer = _names(settings) if names else None
    if settings.analyzer == "presidio":
        from pii_scan.detect.presidio import Analyzer

        others = [(one.name, one.options) for one in settings.presidio_recognizers]
        analyzer = Analyzer(recognizers, others, namer, finders, settings.presidio_nlp)
        return Detector(_as_read(partial(analyzer.detect, min_score=min_score), exports))
    find = partial(
        detect,
        engine=Engine(recognizers),
        min_score=min_score,
        finders=finders,
        names=namer.weighed if namer else None,
    )
    read = _as_read(find, exports)
    return Detector(read, namer.ahead) if namer else Detector(read)


def _as_read(find: Find, exports: Exports) -> Find:
    """Return `find` such that columns of known exports stand under headings that it knows."""
    return lambda part: find(exports.read_as(part) if isinstance(part, Table) else part)


def _names(settings: Settings) -> "Names | None":
    """Load the language model that the settings ask for, if any."""
    offers = [plugins.offered(pack, "NAMES", NameModel) for pack in settings.packs]
    knowledge = next((one for one in offers if one is not None), None)
    if settings.names is False or knowledge is None:
        return None
    from pii_scan.detect.voters import Names

    return Names(knowledge, None if settings.names is True else settings.names)
