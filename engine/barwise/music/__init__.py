"""Values of music: no files, no clocks, no threads."""
