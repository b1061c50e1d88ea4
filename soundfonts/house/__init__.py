"""The house SoundFont: all of General MIDI from synthesis alone. Knows nothing of the engine."""
