"""pii_scan: finds personal data, says what and whose it is, and what is kept too long."""

__version__ = "0.1.0"
