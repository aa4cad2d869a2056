"""What may come out of one item: archives in archives multiply."""

from pii_scan import extract
from pii_scan.errors import ExtractError
from pii_scan.model import PROTECTED, Coverage, Item, Member, Result

MAX_DEPTH = 5
"""Files within files within files that are opened; deeper ones are named and left."""
MAX_FILES_WITHIN = 1_000_000
"""Files that are opened within one item, at all depths together: archives in archives multiply, and
a large mailbox has hundreds of thousands."""
MAX_BYTES_WITHIN = 32 << 30
"""Of those files together, for an item of any size."""
FREE_BYTES_WITHIN = 1 << 30
"""Of those files together, whatever the size of the item."""
MAX_RATIO_WITHIN = 250
"""Of the bytes of those files to those of the item, beyond `FREE_BYTES_WITHIN`."""
TOO_MANY_PARTS = "too many parts"
EXPANDS = "expands too much"


class Within:
    """What may still come out of one item, however deep."""

    def __init__(self, size: int) -> None:
        """Begin with an item of `size` bytes."""
        self.depth = 0
        """Of the file that is being read."""
        self.files = 0
        """That came out of it so far."""
        self._bytes = min(MAX_BYTES_WITHIN, max(FREE_BYTES_WITHIN, size * MAX_RATIO_WITHIN))

        self._protected = 0

    def protected(self, parent: Item) -> Result:
        """Return the result of a member in a protected zone: counted, without its name."""
        self._protected += 1
        address = extract.member_uri(parent.uri, f"{PROTECTED} {self._protected}")
        item = Item(address, parent.locator, 0, within=parent.within or parent.uri)
        return Result(item, Coverage("skipped", "walk", PROTECTED))

    def take(self, member: Member) -> None:
        """Take note of a file.

        Raises:
            ExtractError: that is one too many.
        """
        self.files += 1
        self._bytes -= len(member.data)
        if self.files > MAX_FILES_WITHIN:
            raise ExtractError(TOO_MANY_PARTS)
        if self._bytes < 0:
            raise ExtractError(EXPANDS)
