"""Dutch recognizers: one module an identifier, each defining `RECOGNIZER`."""
