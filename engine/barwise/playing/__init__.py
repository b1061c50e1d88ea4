"""When and where music sounds: the sample clock, the synthesizer, outputs and the host that runs them."""
