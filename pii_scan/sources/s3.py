"""Buckets of S3 and what speaks like it: `s3://bucket/prefix`. Needs pii-scan[s3].

The account is the one of the AWS tools (`AWS_ACCESS_KEY_ID`, `~/.aws`, a role of the machine), or
one of `credentials.toml`; `AWS_ENDPOINT_URL` names a server of one's own.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from pii_scan.config.credentials import load_credential
from pii_scan.errors import ConfigError
from pii_scan.model import Access
from pii_scan.sources._place import Place
from pii_scan.sources._remote import BLOCK_BYTES, TIMEOUT_SECONDS, Entry, Protocolled

if TYPE_CHECKING:
    from s3fs import S3FileSystem

ALL_USERS: Final = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
"""Anyone, and anyone with any AWS account at all:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"""
MAY_READ: Final = frozenset({"READ", "FULL_CONTROL"})


class Bucket:
    """A bucket, opened."""

    def __init__(self, place: Place) -> None:
        """Make ready; the first question connects."""
        self._bucket = place.host
        self._files = _signed_in(place)
        self._is_public: bool | None = None
        self._has_lists: bool | None = None

    def entries(self, path: str) -> Iterator[Entry]:
        """Yield what is below a prefix, up to the next slash."""
        prefix = self._bucket + path
        for it in self._files.ls(prefix, detail=True, refresh=True):
            # The marks that consoles leave for empty folders are no files.
            if it["name"] != prefix and not it["name"].endswith("/"):
                yield _entry(it)

    def entry(self, path: str) -> Entry:
        """Return what is at a path now."""
        return _entry(self._files.info(self._bucket + path, refresh=True))

    def open(self, path: str) -> BinaryIO:
        """Open an object for reading."""
        file = self._files.open(self._bucket + path, "rb", BLOCK_BYTES, cache_type="readahead")
        return cast(BinaryIO, file)

    def rights(self, path: str) -> tuple[str | None, Access | None]:
        """Return the owner, and who may read: by the bucket's policy, else the object's list.

        Where the owner of a bucket owns all of it, objects have no lists of their own.
        """
        if self._is_public is None:
            self._is_public = self._asked("get_bucket_policy_status", "PolicyStatus", "IsPublic")
        if self._has_lists is None:
            told = self._asked("get_bucket_ownership_controls", "OwnershipControls", "Rules")
            enforced = any(rule["ObjectOwnership"] == "BucketOwnerEnforced" for rule in told or ())
            self._has_lists = not enforced
        if not self._has_lists:
            return None, "everyone" if self._is_public else "private"
        told = self._files.call_s3("get_object_acl", Bucket=self._bucket, Key=path.lstrip("/"))
        owner = told["Owner"]["ID"]
        access = "everyone" if self._is_public else _access(owner, told["Grants"])
        return told["Owner"].get("DisplayName") or owner, access

    def close(self) -> None:
        """Let go; connections close with their pool."""

    def _asked(self, question: str, *steps: str) -> Any:
        """Return the answer about the bucket, `None` where there is none or it is not ours."""
        try:
            told = self._files.call_s3(question, Bucket=self._bucket)
        except OSError:
            return None
        for step in steps:
            told = told.get(step) if told else None
        return told


def _access(owner: str, grants: list[dict[str, Any]]) -> Access:
    grantees = [grant["Grantee"] for grant in grants if grant["Permission"] in MAY_READ]
    if any(it.get("URI") in ALL_USERS for it in grantees):
        return "everyone"
    return "group" if any(it.get("ID") != owner for it in grantees) else "private"


def _signed_in(place: Place) -> "S3FileSystem":
    try:
        from s3fs import S3FileSystem
    except ImportError:
        raise ConfigError("s3:// needs more: install pii-scan[s3]") from None
    from botocore.exceptions import NoCredentialsError

    who = load_credential("s3", place.host, None)
    files = S3FileSystem(
        key=who.user if who.secret else None,
        secret=who.secret,
        use_listings_cache=False,
        skip_instance_cache=True,
        config_kwargs={"connect_timeout": TIMEOUT_SECONDS, "read_timeout": TIMEOUT_SECONDS},
    )
    try:
        files.call_s3("head_bucket", Bucket=place.host)
    except NoCredentialsError:
        raise ConfigError(
            f"{place.shown}: no account to sign in with; see docs/sources.md for where it is told"
        ) from None
    return files


def _entry(it: dict[str, Any]) -> Entry:
    name = it["name"].rpartition("/")[2]
    if it["type"] == "directory":
        return Entry(name, "folder")
    modified = it["LastModified"].astimezone(UTC)
    return Entry(name, "file", it["size"], modified, it.get("ETag"))


def _broken() -> tuple[type[Exception], ...]:
    from aiohttp import ClientError
    from botocore.exceptions import BotoCoreError

    return BotoCoreError, ClientError


SOURCE = Protocolled("s3", Bucket, _broken, Bucket.rights).source()
