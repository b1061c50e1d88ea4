"""Open music in, labelled bars out: one file per step, each step a function of values."""
