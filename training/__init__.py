"""How the language model is made: texts, synthetic texts, training, calibration."""
