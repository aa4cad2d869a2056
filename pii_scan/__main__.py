"""`python -m pii_scan`: the same as `pii-scan`."""

from pii_scan.cli import main

if __name__ == "__main__":
    main(prog_name="pii-scan")
