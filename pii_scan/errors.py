"""Every exception that is raised on purpose."""


class PiiScanError(Exception):
    """Anything this program says no to; the message is one line and holds no scanned text."""


class ConfigError(PiiScanError):
    """Did not start: a setting, a rule file or an argument is wrong, and what to do."""


class ExtractError(PiiScanError):
    """One item could not be read; `reason` is short, stable and free of content ("encrypted")."""

    def __init__(self, reason: str) -> None:
        """Keep `reason` apart, since it goes into reports word for word."""
        super().__init__(reason)
        self.reason = reason
