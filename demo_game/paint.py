"""Colors, type and glows: what all drawing shares. Knows nothing of the game."""

from functools import lru_cache

import pygame

Color = tuple[int, int, int]
Point = tuple[float, float]

CELL = 32
MAP_SIZE = (1280, 576)
STRIP_HEIGHT = 144
WINDOW_SIZE = (MAP_SIZE[0], MAP_SIZE[1] + STRIP_HEIGHT)

NIGHT: Color = (9, 10, 16)
INK: Color = (16, 17, 25)
LINE: Color = (46, 50, 66)
FAINT: Color = (104, 110, 130)
PALE: Color = (206, 208, 218)
WHITE: Color = (250, 248, 240)
FLAME: Color = (255, 186, 96)
GOLD: Color = (255, 212, 92)
BLOOD: Color = (238, 62, 58)
VIOLET: Color = (148, 96, 232)
TEAL: Color = (84, 206, 196)
LEAF: Color = (140, 214, 110)

STATE_COLORS: dict[str, Color] = {
    "explore": TEAL,
    "tension": (236, 148, 62),
    "combat": BLOOD,
    "victory": GOLD,
    "defeat": (128, 122, 170),
}
RELIC_COLORS: list[Color] = [(92, 224, 255), (190, 130, 255), (120, 244, 150), (255, 128, 178), (255, 214, 110)]


def mix(first: Color, second: Color, share: float) -> Color:
    """The color that lies a share of the way from one to another."""
    share = max(0.0, min(1.0, share))
    return (
        round(first[0] + (second[0] - first[0]) * share),
        round(first[1] + (second[1] - first[1]) * share),
        round(first[2] + (second[2] - first[2]) * share),
    )


def dim(color: Color, factor: float) -> Color:
    """A color darkened toward black."""
    return mix((0, 0, 0), color, factor)


@lru_cache(maxsize=32)
def _font(size: int) -> pygame.font.Font:
    return pygame.font.Font(None, size)


@lru_cache(maxsize=512)
def _rendered(words: str, size: int, color: Color) -> pygame.Surface:
    return _font(size).render(words, True, color)


def write(
    surface: pygame.Surface, words: str, at: Point, size: int, color: Color = PALE, anchor: str = "topleft"
) -> pygame.Rect:
    """Writes words with one of their corners or sides (pygame's names) at a point; returns where they lie."""
    image = _rendered(words, size, color)
    place = image.get_rect()
    setattr(place, anchor, (round(at[0]), round(at[1])))
    surface.blit(image, place)
    return place


def write_faded(surface: pygame.Surface, words: str, middle: Point, size: int, color: Color, share: float) -> None:
    """Centered words with a shadow, at a share of their full strength."""
    for offset, tint in ((2, (0, 0, 0)), (0, color)):
        image = _rendered(words, size, tint).copy()
        image.set_alpha(round(255 * max(0.0, min(1.0, share))))
        surface.blit(image, image.get_rect(center=(round(middle[0]), round(middle[1]) + offset)))


@lru_cache(maxsize=2048)
def glow(radius: int, color: Color) -> pygame.Surface:
    """A soft round light, to be added to what is there; strongest in the middle, black at the rim."""
    size = 64  # painted small and scaled up: gradients have no detail to lose
    small = pygame.Surface((size, size))
    for ring in range(size // 2, 0, -1):
        share = 1 - ring / (size / 2)
        pygame.draw.circle(small, dim(color, share * (0.35 + 0.65 * share)), (size // 2, size // 2), ring)
    return pygame.transform.smoothscale(small, (radius * 2, radius * 2))


def add_glow(surface: pygame.Surface, at: Point, radius: int, color: Color) -> None:
    """Adds a soft round light around a point."""
    if radius > 0:
        place = (round(at[0]) - radius, round(at[1]) - radius)
        surface.blit(glow(radius, color), place, special_flags=pygame.BLEND_RGB_ADD)


def shade(surface: pygame.Surface, color: Color, share: float) -> None:
    """Lays a color over everything."""
    veil = pygame.Surface(surface.get_size())
    veil.fill(color)
    veil.set_alpha(round(255 * max(0.0, min(1.0, share))))
    surface.blit(veil, (0, 0))
