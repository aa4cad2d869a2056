"""A privacy statement -> a draft of its policy pack, for a person to finish.

    parts -> Line -> Sentence -> Clause, Fact -> Draft -> TOML

What the words of a language mean is data: `rules/drafting.toml`.
"""

from pii_scan.drafting.drafts import draft
from pii_scan.drafting.values import Clause, Draft, Language, Question
from pii_scan.drafting.writing import toml

__all__ = ["Clause", "Draft", "Language", "Question", "draft", "toml"]
