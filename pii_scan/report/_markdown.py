"""Text that stays text in Markdown, as GitHub, GitLab and Jira's importers read it."""

import re

from pii_scan.report._dutch import visible


def escaped(text: str) -> str:
    r"""Return text that no reader of Markdown takes for markup, a link or a mention.

    >>> escaped("<b>|x](y)@jan www.x")
    '\\<b\\>\\|x\\]\\(y\\)\\@jan www\\.x'
    """
    bare = re.sub(r"([\\`*_{}\[\]()<>#!|~@&:])", r"\\\1", visible(text))
    return re.sub(r"(?i)\b(www)\.", r"\1\\.", bare)
