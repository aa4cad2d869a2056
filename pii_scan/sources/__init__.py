"""Stage 1, source: place -> Item. One module a kind of place, each defining `SOURCE`."""
