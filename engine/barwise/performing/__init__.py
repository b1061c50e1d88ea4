"""Intents to bars on the clock of samples: composed ahead, played, steered, told of."""
