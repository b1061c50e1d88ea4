"""Draws the README's picture: `python scripts/draw_readme.py`. One piece through four states, seed 12."""

from barwise import OfflinePlayer

SCENES = (("explore", 14.0), ("tension", 9.0), ("combat", 11.0), ("victory", 9.0))
"""States of the built-in score, and seconds in each."""


def main() -> None:
    """Compose the scenes and draw them."""
    player = OfflinePlayer(seed=12, has_sound=False)
    player.set_intensity(0.8)
    for state, seconds in SCENES:
        if state != player.status.state:
            player.enter(state)
        player.advance(seconds)
    player.draw("docs/render.png")


if __name__ == "__main__":
    main()
