"""SARIF 2.1.0 as far as we write it, and what GitHub asks beyond it, as types that forbid all else.

Written down from the schema of OASIS, sarif-schema-2.1.0.json (required properties, enumerations,
`additionalProperties: false`), and from GitHub's "SARIF support for code scanning".
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Severity = Literal["none", "note", "warning", "error"]
Text = Annotated[str, Field(min_length=1, max_length=1024)]
"""GitHub cuts titles and descriptions at 1024 characters."""
Reference = Annotated[str, Field(pattern=r"^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$")]
"""A relative reference (RFC 3986, 4.2): its first part holds no colon."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(Strict):
    text: str = Field(min_length=1)


class Short(Strict):
    text: Text


class ArtifactLocation(Strict):
    uri: Reference
    uriBaseId: str | None = None


class Region(Strict):
    startLine: int = Field(ge=1)


class PhysicalLocation(Strict):
    artifactLocation: ArtifactLocation
    region: Region


class LogicalLocation(Strict):
    fullyQualifiedName: str
    kind: str


class Location(Strict):
    physicalLocation: PhysicalLocation
    logicalLocations: list[LogicalLocation] = []


class Fingerprints(Strict):
    primaryLocationLineHash: str = Field(pattern=r"^[0-9a-f]{16}:\d+$")


class Found(Strict):
    ruleId: str
    ruleIndex: int = Field(ge=0)
    kind: Literal["fail", "informational"]
    level: Severity
    message: Message
    locations: list[Location] = Field(min_length=1, max_length=1000)
    partialFingerprints: Fingerprints
    occurrenceCount: int = Field(ge=1)

    @model_validator(mode="after")
    def only_a_failure_has_a_level(self) -> "Found":
        # SARIF 2.1.0, 3.27.10: if kind is not "fail", level shall be "none".
        assert (self.kind == "fail") is (self.level != "none")
        return self


class Configuration(Strict):
    level: Severity


class RuleProperties(BaseModel):
    tags: list[str] = Field(max_length=20)
    precision: Literal["very-high", "high", "medium", "low"]


class Rule(Strict):
    id: Annotated[str, Field(min_length=1, max_length=255)]
    name: Annotated[str, Field(min_length=1, max_length=255)]
    shortDescription: Short
    fullDescription: Short
    help: Message
    defaultConfiguration: Configuration
    properties: RuleProperties


class Driver(Strict):
    name: str
    version: str
    rules: list[Rule] = Field(max_length=25_000)


class Tool(Strict):
    driver: Driver


class Notification(Strict):
    level: Severity
    message: Message


class Invocation(Strict):
    executionSuccessful: bool
    startTimeUtc: AwareDatetime
    endTimeUtc: AwareDatetime | None = None
    toolExecutionNotifications: list[Notification]


class Details(Strict):
    id: str = Field(pattern=r"^[^/]+/\d+/$")


class Base(Strict):
    uri: str = Field(pattern=r"^[a-z]+:.*/$")


class Run(Strict):
    results: list[Found] = Field(max_length=25_000)
    tool: Tool
    invocations: list[Invocation]
    automationDetails: Details
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]
    originalUriBaseIds: dict[str, Base]
    properties: dict[str, Any]

    @model_validator(mode="after")
    def what_is_pointed_at_is_there(self) -> "Run":
        rules = self.tool.driver.rules
        assert all(rules[it.ruleIndex].id == it.ruleId for it in self.results)
        assert len({it.id for it in rules}) == len(rules)
        places = [where.physicalLocation for it in self.results for where in it.locations]
        bases = {place.artifactLocation.uriBaseId for place in places} - {None}
        assert bases <= set(self.originalUriBaseIds)
        return self


class Log(Strict):
    schema_: str = Field(alias="$schema", pattern=r"^https://.*sarif-schema-2\.1\.0\.json$")
    version: Literal["2.1.0"]
    runs: list[Run] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def every_run_has_a_category_of_its_own(self) -> "Log":
        assert len({it.automationDetails.id for it in self.runs}) == len(self.runs)
        return self
