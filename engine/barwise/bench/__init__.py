"""`barwise bench`: every figure of the live engine, measured on this machine. Nothing of the engine knows it."""
