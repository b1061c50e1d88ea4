"""The figures of the composer: each file measures one promise and shows it; `evaluate` runs them all."""
