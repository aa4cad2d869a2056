"""What an OSCAL assessment-results file must be, written down from the model of v1.2.2.

Of https://github.com/usnistgov/OSCAL, src/metaschema/oscal_assessment-results_metaschema.xml and
those it imports: what is required, the types of values, the values that are allowed, and that
nothing else may stand there. Only the parts that are written here; others are refused.
"""

from typing import Any

Schema = dict[str, Any]


def text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


UUID = text(
    "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$"
)
STRING = text(r"^\S(.*\S)?$")
TOKEN = text(r"^[^\W\d][\w.\-]*$")
MOMENT = text(
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)
HREF = text(r"^\S+$")
ANY_TEXT: Schema = {"type": "string", "minLength": 1}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def some(item: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": item}


def thing(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


PROPS = some(thing({"name": TOKEN, "value": STRING}, {"uuid": UUID, "ns": HREF, "class": TOKEN}))
COMMON: Schema = {"props": PROPS, "remarks": ANY_TEXT}

METADATA = thing(
    {"title": ANY_TEXT, "last-modified": MOMENT, "version": STRING, "oscal-version": STRING},
    COMMON
    | {
        "roles": some(thing({"id": TOKEN, "title": ANY_TEXT}, COMMON)),
        "parties": some(
            thing({"uuid": UUID, "type": one_of("person", "organization")}, {"name": STRING})
        ),
        "responsible-parties": some(thing({"role-id": TOKEN, "party-uuids": some(UUID)}, COMMON)),
    },
)
STATES = one_of("under-development", "operational", "disposition", "other")
DEFINITIONS = thing(
    {},
    {
        "components": some(
            thing(
                {
                    "uuid": UUID,
                    "type": STRING,
                    "title": ANY_TEXT,
                    "description": ANY_TEXT,
                    "status": thing({"state": STATES}, {"remarks": ANY_TEXT}),
                },
                COMMON,
            )
        ),
        "inventory-items": some(thing({"uuid": UUID, "description": ANY_TEXT}, COMMON)),
        "assessment-assets": thing(
            {
                "assessment-platforms": some(
                    thing(
                        {"uuid": UUID},
                        {
                            "title": ANY_TEXT,
                            "uses-components": some(thing({"component-uuid": UUID}, COMMON)),
                        },
                    )
                )
            }
        ),
    },
)
REVIEWED = thing(
    {
        "control-selections": some(
            {
                **thing(
                    {},
                    COMMON
                    | {
                        "description": ANY_TEXT,
                        "include-all": {"type": "object"},
                        "include-controls": some(thing({"control-id": TOKEN})),
                        "exclude-controls": some(thing({"control-id": TOKEN})),
                    },
                ),
                "oneOf": [{"required": ["include-all"]}, {"required": ["include-controls"]}],
            }
        )
    },
    COMMON,
)
ORIGINS = some(
    thing(
        {
            "actors": some(
                thing(
                    {"type": one_of("tool", "assessment-platform", "party"), "actor-uuid": UUID},
                    COMMON,
                )
            )
        }
    )
)
OBSERVATION = thing(
    {
        "uuid": UUID,
        "description": ANY_TEXT,
        "methods": some(one_of("EXAMINE", "INTERVIEW", "TEST", "UNKNOWN")),
        "collected": MOMENT,
    },
    COMMON
    | {
        "title": ANY_TEXT,
        "types": some(
            one_of(
                *("ssp-statement-issue", "control-objective", "mitigation", "historic"),
                "discovery",
            )
        ),
        "origins": ORIGINS,
        "subjects": some(
            thing(
                {
                    "subject-uuid": UUID,
                    "type": one_of(
                        *("component", "inventory-item", "location", "party", "user", "resource")
                    ),
                },
                COMMON,
            )
        ),
        "relevant-evidence": some(thing({"description": ANY_TEXT}, COMMON | {"href": HREF})),
        "expires": MOMENT,
    },
)
RISK_STATES = one_of(
    *("open", "investigating", "remediating", "deviation-requested", "deviation-approved"),
    "closed",
)
TASK = thing(
    {"uuid": UUID, "type": one_of("milestone", "action"), "title": ANY_TEXT},
    COMMON
    | {
        "description": ANY_TEXT,
        "timing": thing({"on-date": thing({"date": MOMENT})}),
        "responsible-roles": some(
            thing({"role-id": TOKEN}, COMMON | {"party-uuids": some(UUID)}),
        ),
    },
)
REMEDY = thing(
    {
        "uuid": UUID,
        "lifecycle": one_of("recommendation", "planned", "completed"),
        "title": ANY_TEXT,
        "description": ANY_TEXT,
    },
    COMMON | {"origins": ORIGINS, "tasks": some(TASK)},
)
RISK = thing(
    {
        "uuid": UUID,
        "title": ANY_TEXT,
        "description": ANY_TEXT,
        "statement": ANY_TEXT,
        "status": RISK_STATES,
    },
    COMMON | {"deadline": MOMENT, "remediations": some(REMEDY)},
)
FINDING = thing(
    {
        "uuid": UUID,
        "title": ANY_TEXT,
        "description": ANY_TEXT,
        "target": thing(
            {
                "type": one_of("statement-id", "objective-id"),
                "target-id": TOKEN,
                "status": thing(
                    {"state": one_of("satisfied", "not-satisfied")},
                    {"reason": one_of("pass", "fail", "other"), "remarks": ANY_TEXT},
                ),
            },
            COMMON,
        ),
    },
    COMMON
    | {
        "related-observations": some(thing({"observation-uuid": UUID})),
        "related-risks": some(thing({"risk-uuid": UUID})),
    },
)
LOG = thing(
    {
        "entries": some(
            thing({"uuid": UUID, "start": MOMENT}, COMMON | {"title": ANY_TEXT, "end": MOMENT})
        )
    }
)
RESULT = thing(
    {
        "uuid": UUID,
        "title": ANY_TEXT,
        "description": ANY_TEXT,
        "start": MOMENT,
        "reviewed-controls": REVIEWED,
    },
    COMMON
    | {
        "end": MOMENT,
        "local-definitions": DEFINITIONS,
        "assessment-log": LOG,
        "observations": some(OBSERVATION),
        "risks": some(RISK),
        "findings": some(FINDING),
    },
)
HASH = {
    **thing({"algorithm": one_of("SHA-256", "SHA3-256"), "value": text("^[0-9a-fA-F]{64}$")}),
}
BACK_MATTER = thing(
    {},
    {
        "resources": some(
            thing(
                {"uuid": UUID},
                COMMON
                | {
                    "title": ANY_TEXT,
                    "description": ANY_TEXT,
                    "rlinks": some(
                        thing({"href": HREF}, {"media-type": STRING, "hashes": some(HASH)})
                    ),
                },
            )
        )
    },
)
SCHEMA = thing(
    {
        "assessment-results": thing(
            {
                "uuid": UUID,
                "metadata": METADATA,
                "import-ap": thing({"href": HREF}, {"remarks": ANY_TEXT}),
                "results": some(RESULT),
            },
            {"back-matter": BACK_MATTER},
        )
    }
)
