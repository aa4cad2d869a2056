"""How the tables came to be, step by step; run by `pii_scan.store` when it opens an older store."""
