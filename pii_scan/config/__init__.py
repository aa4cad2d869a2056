"""What the program is told: settings, rule packs and keys, checked once and then plain values."""
