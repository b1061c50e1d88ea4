"""The Last Lantern: a small game that lets Barwise compose its music while it is played."""
