"""`Draft` -> a policy pack in TOML that `pii_scan.config.policies` reads."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pii_scan.drafting.owners import EVERYONE
from pii_scan.drafting.starts import UNDECIDED
from pii_scan.drafting.values import Clause, Draft, Heard, Language

WIDTH: Final = 98


def toml(draft: Draft, language: Language) -> str:
    """Return the draft as a pack: rules with confirmed = false, and comments for its reader."""
    rules = list(_rules(draft, language))
    pieces = [_comment(language.texts["head"]), *_head(draft, language), *_open(draft, language)]
    pieces += _triggers(draft, language)
    return "\n\n".join([*pieces, *(rules or [_empty(language)])]) + "\n"


def _head(draft: Draft, language: Language) -> Iterator[str]:
    texts = language.texts
    name = draft.organisation or draft.title
    statement = " ".join(
        filter(None, (texts["source"], name, f"({draft.dated})" * bool(draft.dated)))
    )
    lines = [
        "[policy]",
        f"title = {_text(': '.join(filter(None, (texts['title'], name))))}",
        _comment(texts["beneath"]),
        '# beneath = "nl-default"',
        f"statement = {_text(statement)}",
    ]
    if draft.organisation:
        lines.append(f"organisation = {_text(draft.organisation)}")
    if draft.contact:
        lines.append(f"contact = [{', '.join(map(_text, draft.contact))}]")
    if draft.answer_term:
        said = f"{texts['answer']}: {draft.answer_where}"
        lines.append(f"answer_term = {_text(draft.answer_term)} # {_plain(said)}")
    else:
        lines.append(f'answer_term = "P1M" # {_plain(texts["no_answer"])}')
    yield "\n".join(lines)


def _open(draft: Draft, language: Language) -> Iterator[str]:
    if not draft.questions:
        return
    told = [_comment(f"{language.texts['open_questions']}:")]
    for one in draft.questions:
        place = f" ({one.where})" if one.where else ""
        quote = f' "{one.quote}"' if one.quote else ""
        told.append(_comment(f"{language.questions[one.code]}{place}{quote}", "- "))
    yield "\n".join(told)


def _triggers(draft: Draft, language: Language) -> Iterator[str]:
    """Yield the declarations of the events that the vocabulary does not have."""
    own = {one.id: one.label for one in language.triggers if not one.is_declared}
    own[UNDECIDED] = language.texts["undecided"]
    for trigger in dict.fromkeys(one.trigger for one in draft.clauses if one.trigger in own):
        yield f"[triggers.{trigger}]\nlabel = {_text(own[trigger])}\nlast = true\nstand_in = false"


def _rules(draft: Draft, language: Language) -> Iterator[str]:
    ids = _ids(draft.clauses)
    # In the order of the statement, what is about one group together.
    order = {groups: n for n, groups in enumerate(dict.fromkeys(c.groups for c in draft.clauses))}
    numbered = sorted(enumerate(draft.clauses), key=lambda pair: order[pair[1].groups])
    begun: set[tuple[str, ...]] = set()
    for number, clause in numbered:
        following = number + 1 < len(draft.clauses) and draft.clauses[number + 1].is_stage
        head = "" if clause.groups in begun else _group(clause, draft, language)
        begun.add(clause.groups)
        rule = _rule(clause, ids[number], ids[number + 1] if following else None, draft, language)
        yield f"{head}{rule}"


def _group(clause: Clause, draft: Draft, language: Language) -> str:
    """Return the comment above the rules of some groups: data and legal bases that are named."""
    texts = language.texts
    whom = ", ".join(texts["everyone"] if one == EVERYONE else one for one in clause.groups)
    told = [_comment(f"---- {whom}")]
    for label, heard in ((texts["data"], draft.data), (texts["bases"], draft.bases)):
        own = [one for one in heard if one.group in clause.groups]
        if own:
            told.append(_comment(f"{label}: {_listed(own)}"))
    return "\n".join(told) + "\n\n"


def _listed(heard: list[Heard]) -> str:
    return ", ".join(f"{one.what} ({one.where})" for one in heard)


def _rule(
    clause: Clause, name: str, following: str | None, draft: Draft, language: Language
) -> str:
    texts = language.texts
    where = "; ".join(clause.where)
    lines = [
        _comment(f"{texts['read_at']}: {where}; {texts['confidence']} {clause.confidence:.1f}"),
        _comment(f'"{clause.quote}"'),
        *(
            _comment(f"{texts['question']}: {language.questions[code]}")
            for code in clause.questions
        ),
        "[[rule]]",
        f"id = {_text(name)}",
        f"title = {_text(_title(clause, language))}",
        f"subject_group = {_names(clause.groups)}",
    ]
    if clause.doc_types:
        lines.append(f"doc_type = {_names(clause.doc_types)}")
    lines.append(f"bound = {_text(clause.bound)}")
    if clause.term:
        lines.append(f"term = {_text(clause.term)}")
    lines.append(f"trigger = {_text(clause.trigger)}")
    if clause.shift != "none":
        lines.append(f"shift = {_text(clause.shift)}")
    if condition := _condition(clause):
        lines.append(f"condition = {{ {condition} }}")
    lines.append(f"action = {_text(clause.action)}")
    if following:
        lines.append(f"next_stage = {_text(following)}")
    if clause.role:
        lines.append(f"role = {_text(clause.role)}")
    authority = "instruction" if clause.kind == "controller" else "statement"
    source = " ".join(filter(None, (texts["source"], draft.organisation or draft.title)))
    dated = f" ({draft.dated})" if draft.dated else ""
    lines += [
        f"authority = {_text(authority)}",
        "confirmed = false",
        f"source = {_text(f'{source}{dated}, {where}')}",
    ]
    if clause.questions:
        said = " ".join(language.questions[code] for code in clause.questions)
        lines.append(f"assumption = {_text(said)}")
    return "\n".join(lines)


def _condition(clause: Clause) -> str:
    told = []
    if clause.consent in ("yes", "no"):
        told.append(f'consent = "{clause.consent}"')
    if clause.customer is not None:
        told.append(f"customer = {str(clause.customer).lower()}")
    return ", ".join(told)


def _title(clause: Clause, language: Language) -> str:
    texts = language.texts
    whom = ", ".join(dict.fromkeys(clause.subjects)) or texts["everyone"]
    given = [texts[f"consent_{clause.consent}"]] if clause.consent else []
    if clause.customer is not None:
        given.append(texts["customer_yes" if clause.customer else "customer_no"])
    if clause.kind == "controller":
        return f"{whom}: {texts['controller_decides']}"
    bound = texts[f"bound_{clause.bound}"] if clause.term != "P0D" else ""
    label = "" if clause.trigger == UNDECIDED else f"({clause.trigger_label})"
    said = " ".join(filter(None, (bound, clause.spoken, *given, label)))
    return f"{whom}: {said}"


def _ids(clauses: tuple[Clause, ...]) -> list[str]:
    """Return an id a clause, from what it is about and its term, none of them twice."""
    used: set[str] = set()
    ids: list[str] = []
    for clause in clauses:
        about = clause.doc_types[0] if clause.doc_types else clause.groups[0]
        term = clause.term or ("controller" if clause.kind == "controller" else clause.bound)
        consent = f"consent-{clause.consent}" if clause.consent else ""
        base = _slug("-".join(filter(None, (about.replace(EVERYONE, "all"), term, consent))))
        name, number = base, 2
        while name in used:
            name, number = f"{base}-{number}", number + 1
        used.add(name)
        ids.append(name)
    return ids


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _empty(language: Language) -> str:
    """Return a rule that judges nothing: a pack without one does not load."""
    texts = language.texts
    return "\n".join(
        [
            _comment(texts["empty"]),
            "[[rule]]",
            'id = "empty"',
            f"title = {_text(texts['empty_title'])}",
            'subject_group = "*"',
            'bound = "open"',
            'trigger = "documentdatum"',
            'action = "review"',
            'authority = "statement"',
            "confirmed = false",
            f"source = {_text(texts['source'])}",
        ]
    )


def _names(names: tuple[str, ...]) -> str:
    return _text(names[0]) if len(names) == 1 else f"[{', '.join(map(_text, names))}]"


def _text(value: str) -> str:
    """Return a TOML string; what JSON escapes, TOML does too, but for the code point 127."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(text: str) -> str:
    """Return text that a comment may hold: one line, no controls, no turning of its direction."""
    kept = (
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in text
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())


def _comment(text: str, mark: str = "") -> str:
    """Return text as comment lines of at most `WIDTH`."""
    lines: list[str] = []
    held = f"# {mark}".rstrip()
    for word in _plain(text).split():
        if len(held) + 1 + len(word) > WIDTH and held.strip("# -"):
            lines.append(held)
            held = "#" + " " * len(mark)
        held = f"{held} {word}"
    return "\n".join([*lines, held])
