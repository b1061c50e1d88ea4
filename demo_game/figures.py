"""Draws the bearer, the hunter, relics and the gate from plain shapes. Reads the actors, changes nothing.

Bodies are painted four times too large and scaled down: pygame's shapes have hard edges, small ones have not.
"""

import math

import pygame

from demo_game.actors import Bearer, Hunter, Mind
from demo_game.geometry import Vec, toward_angle
from demo_game.paint import BLOOD, CELL, FLAME, GOLD, TEAL, WHITE, Color, Point, add_glow, dim, mix

FINENESS = 4
EYES: dict[Mind, Color] = {
    Mind.PATROL: (170, 200, 255),
    Mind.SEEK: (255, 176, 60),
    Mind.CHASE: BLOOD,
    Mind.FIGHT: BLOOD,
    Mind.BANISHED: (60, 50, 80),
}


class _Canvas:
    """A small transparent canvas with its origin in the middle, in pixels of the final picture."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._surface = pygame.Surface((size * FINENESS, size * FINENESS), pygame.SRCALPHA)

    def circle(self, color: Color, at: Point, radius: float, alpha: int = 255) -> None:
        pygame.draw.circle(self._surface, (*color, alpha), self._place(at), radius * FINENESS)

    def polygon(self, color: Color, points: list[Point], alpha: int = 255) -> None:
        pygame.draw.polygon(self._surface, (*color, alpha), [self._place(point) for point in points])

    def line(self, color: Color, start: Point, end: Point, width: float) -> None:
        pygame.draw.line(self._surface, color, self._place(start), self._place(end), round(width * FINENESS))

    def ellipse(self, color: Color, middle: Point, width: float, height: float, alpha: int = 255) -> None:
        place = pygame.Rect(0, 0, round(width * FINENESS), round(height * FINENESS))
        place.center = (round(self._place(middle)[0]), round(self._place(middle)[1]))
        pygame.draw.ellipse(self._surface, (*color, alpha), place)

    def onto(self, target: pygame.Surface, at: Point) -> None:
        image = pygame.transform.smoothscale(self._surface, (self._size, self._size))
        target.blit(image, (round(at[0] - self._size / 2), round(at[1] - self._size / 2)))

    def _place(self, at: Point) -> Point:
        return (at[0] + self._size / 2) * FINENESS, (at[1] + self._size / 2) * FINENESS


def pixels(at: Vec) -> Point:
    """A place of the map in pixels."""
    return at.x * CELL, at.y * CELL


def lantern_at(bearer: Bearer, seconds: float) -> Vec:
    """Where the lantern hangs: before the bearer, swinging with the steps."""
    swing = math.sin(seconds * 9) * (0.12 if bearer.moving else 0.03)
    return bearer.at + toward_angle(bearer.facing + swing, 0.42) + Vec(0, -0.18)


def draw_bearer(surface: pygame.Surface, bearer: Bearer, seconds: float, fallen: bool = False) -> None:
    """A hooded figure with a staff; the lantern's flame is drawn later, above the light."""
    canvas = _Canvas(64)
    canvas.ellipse((0, 0, 0), (0, 9), 24, 10, alpha=110)
    if fallen:
        _heap(canvas)
        canvas.onto(surface, pixels(bearer.at))
        return
    step = math.sin(seconds * 12) if bearer.moving else math.sin(seconds * 2.2) * 0.3
    bob, side = abs(step) * 1.6, math.cos(bearer.facing)
    crouch = 2.5 if bearer.soft else 0.0
    cloak, lining, skin = (150, 74, 62), (96, 44, 46), (232, 190, 150)
    top = -14 - bob + crouch
    sway = -side * 3 * bearer.moving + step
    canvas.polygon(
        lining, [(-6, top + 6), (6, top + 6), (10 + sway, 10), (5 + sway, 12), (-5 + sway, 12), (-10 + sway, 10)]
    )
    canvas.polygon(cloak, [(-5.5, top + 5), (5.5, top + 5), (8 + sway, 8), (1 + sway, 11), (-8 + sway, 8)])
    canvas.polygon(mix(cloak, WHITE, 0.18), [(-4 + side * 3, top + 6), (side * 4, top + 6), (side * 5 + sway, 8)])
    canvas.circle(lining, (0, top + 2), 6.6)
    canvas.circle(cloak, (-side * 0.8, top + 1.2), 6.2)
    canvas.polygon(cloak, [(-side * 2, top - 8), (-5, top), (5, top)])
    if math.sin(bearer.facing) > -0.75:  # the face is hidden when the figure walks away
        canvas.ellipse((38, 22, 24), (side * 2.4, top + 2.4), 7.5, 7)
        canvas.ellipse(skin, (side * 3.0, top + 3.2), 5, 4.6)
        for eye in (-1.3, 1.3):
            canvas.circle((40, 26, 24), (side * 3.4 + eye, top + 2.9), 0.75)
    hand = toward_angle(bearer.facing, 9)
    canvas.line((92, 64, 42), (hand.x * 0.55, hand.y * 0.4 - 1), (hand.x * 1.2, hand.y * 0.8 - 8), 1.8)
    canvas.circle(skin, (hand.x * 0.6, hand.y * 0.45 - 2), 2.1)
    canvas.onto(surface, pixels(bearer.at))


def _heap(canvas: _Canvas) -> None:
    """What is left on the floor after a defeat."""
    canvas.ellipse((96, 44, 46), (0, 6), 26, 12)
    canvas.ellipse((150, 74, 62), (-2, 4), 20, 9)
    canvas.circle((96, 44, 46), (9, 4), 6)
    canvas.circle((38, 22, 24), (11, 5), 4)


def draw_flame(surface: pygame.Surface, at: Vec, seconds: float, pulse: float) -> None:
    """The lantern: a cage with a flame that beats with the music."""
    x, y = pixels(at)
    canvas = _Canvas(32)
    canvas.polygon((70, 56, 44), [(-3.6, -4), (3.6, -4), (0, -8)])
    canvas.polygon((255, 214, 140), [(-3.2, -4), (3.2, -4), (4, 4), (-4, 4)], alpha=210)
    lean = math.sin(seconds * 13) * 0.7
    canvas.polygon(WHITE, [(lean, -4.2 - pulse), (2, 1), (0, 3), (-2, 1)])
    canvas.line((70, 56, 44), (-4.2, 4), (4.2, 4), 1.8)
    canvas.line((70, 56, 44), (-3.6, -4), (-4, 4), 1)
    canvas.line((70, 56, 44), (3.6, -4), (4, 4), 1)
    canvas.onto(surface, (x, y))
    add_glow(surface, (x, y), round(17 + 7 * pulse), dim(FLAME, 0.8))


def draw_hunter(surface: pygame.Surface, hunter: Hunter, seconds: float) -> None:
    """A thing of smoke with horns; it leans to where it goes, and grows when it hunts."""
    if hunter.mind is Mind.BANISHED:
        return
    rage = {Mind.PATROL: 0.0, Mind.SEEK: 0.4}.get(hunter.mind, 1.0)
    canvas = _Canvas(96)
    canvas.ellipse((0, 0, 0), (0, 13), 34, 12, alpha=130)
    lean = math.cos(hunter.facing) * (2 + 4 * rage)
    body, rim = (52, 40, 74), (150, 108, 214)
    _tendrils(canvas, seconds, lean, rage, rim, 1.5)
    _tendrils(canvas, seconds, lean, rage, body, 0.0)
    canvas.ellipse(rim, (lean, -8), 21 + 3 * rage, 25 + 3 * rage)
    canvas.ellipse(body, (lean, -7), 19 + 3 * rage, 24 + 3 * rage)
    for side in (-1, 1):
        _horn(canvas, lean, side, rage, rim, body)
        _arm(canvas, lean, side, rage, seconds, hunter.mind is Mind.FIGHT, rim)
    canvas.onto(surface, pixels(hunter.at))


def _tendrils(canvas: _Canvas, seconds: float, lean: float, rage: float, color: Color, wider: float) -> None:
    """The hem of smoke: seven tongues that lick the floor."""
    points: list[Point] = [(lean - 10 - wider, -12)]
    for tongue in range(7):
        x = -13 + tongue * 26 / 6
        wave = math.sin(seconds * (5 + 4 * rage) + tongue * 1.9)
        points.append((x - 2 + lean * 0.3 - wider, 4))
        points.append((x + wave * 2.5, 14 + wave * (2 + 2 * rage) + wider))
    points += [(13 + wider, 4), (lean + 10 + wider, -12)]
    canvas.polygon(color, points)


def _horn(canvas: _Canvas, lean: float, side: int, rage: float, rim: Color, body: Color) -> None:
    tip = (lean + side * (12 + 2 * rage), -29 - 4 * rage)
    canvas.polygon(rim, [(lean + side * 3, -17), (lean + side * 9, -14), (lean + side * 12, -21), tip])
    canvas.polygon(body, [(lean + side * 4, -17), (lean + side * 8, -15), (lean + side * 11, -21), tip])


def _arm(canvas: _Canvas, lean: float, side: int, rage: float, seconds: float, fighting: bool, color: Color) -> None:
    """Arms hang at peace and rise in rage; claws only in a fight."""
    lift = rage * 9 + (math.sin(seconds * 9 + side) * 3 if fighting else 0)
    hand = (lean + side * (15 + 3 * rage), 3 - lift)
    canvas.line(color, (lean + side * 8, -9), hand, 3)
    for claw in (-1, 0, 1):
        reach = (hand[0] + side * (3 + rage * 2), hand[1] + claw * 3 + 2 - rage * 2)
        canvas.line(mix(color, WHITE, 0.35 * rage), hand, reach, 1.3)


def draw_eyes(surface: pygame.Surface, hunter: Hunter) -> None:
    """Eyes shine in the dark; their color tells what the hunter is about."""
    if hunter.mind is Mind.BANISHED:
        return
    x, y = pixels(hunter.at)
    color = EYES[hunter.mind]
    lean = math.cos(hunter.facing) * (4 if hunter.mind is Mind.PATROL else 8)
    look = math.sin(hunter.facing) * 2.0
    away = math.sin(hunter.facing) < -0.8 and hunter.mind is not Mind.FIGHT
    add_glow(surface, (x + lean, y - 9 + look), 20, dim(color, 0.45))
    if away:
        return
    canvas = _Canvas(40)
    for side in (-1, 1):
        inner, outer = (side * 1.6, 1.0), (side * 7.0, -3.2)
        canvas.polygon(color, [inner, outer, (side * 5.5, 1.6)])
        canvas.circle(WHITE, (side * 4.2, -0.1), 0.9)
    canvas.onto(surface, (x + lean, y - 9 + look))


def draw_suspicion(surface: pygame.Surface, hunter: Hunter) -> None:
    """A ring over its head that fills as it grows sure of you."""
    if hunter.mind not in (Mind.PATROL, Mind.SEEK) or hunter.suspicion < 0.03:
        return
    x, y = pixels(hunter.at)
    place = pygame.Rect(0, 0, 18, 18)
    place.center = (round(x), round(y) - 44)
    pygame.draw.circle(surface, (20, 18, 28), place.center, 10)
    color = mix((255, 226, 140), BLOOD, hunter.suspicion)
    pygame.draw.arc(surface, color, place, math.pi / 2, math.pi / 2 + math.tau * hunter.suspicion, 4)
    pygame.draw.rect(surface, color, (place.centerx - 1, place.centery - 4, 2, 5))
    pygame.draw.rect(surface, color, (place.centerx - 1, place.centery + 2, 2, 2))


def draw_relic(surface: pygame.Surface, at: Vec, color: Color, seconds: float, pulse: float) -> None:
    """A crystal that floats and turns; it brightens on the beat."""
    x, y = pixels(at)
    y -= 5 + math.sin(seconds * 2 + at.x) * 2.5
    width = 6 * (0.55 + 0.45 * abs(math.sin(seconds * 1.7 + at.y)))
    canvas = _Canvas(40)
    canvas.polygon(dim(color, 0.75), [(0, -10), (width, -1), (0, 9), (-width, -1)])
    canvas.polygon(color, [(0, -10), (width, -1), (0, 1), (-width, -1)])
    canvas.polygon(mix(color, WHITE, 0.7), [(0, -10), (width * 0.35, -1), (0, 1), (-width, -1)])
    canvas.onto(surface, (x, y))
    add_glow(surface, (x, y), round(20 + 8 * pulse), dim(color, 0.6))


def draw_gate(surface: pygame.Surface, at: Vec, opened: bool) -> None:
    """An arch of pale stone in the wall; bars until the last relic is found."""
    x, foot = at.x * CELL, (at.y - 0.5) * CELL
    canvas = _Canvas(96)
    base = 16.0
    canvas.polygon((168, 158, 150), _arch(27, base, 31))
    canvas.polygon((104, 98, 100), _arch(23, base, 27))
    canvas.polygon((10, 10, 16) if not opened else (30, 90, 96), _arch(20, base, 24))
    if not opened:
        for bar in range(-2, 3):
            canvas.line((122, 112, 104), (bar * 7, base - 21 + abs(bar) * 3), (bar * 7, base), 2)
        canvas.line((122, 112, 104), (-20, base - 10), (20, base - 10), 2)
    for side in (-1, 1):
        canvas.circle(GOLD if opened else (120, 112, 104), (side * 24, base - 4), 2.2)
    canvas.onto(surface, (x, foot - base))


def _arch(half_width: float, base: float, height: float) -> list[Point]:
    spring = base - height + half_width * 0.62
    curve = [
        (
            math.cos(math.pi - step * math.pi / 12) * half_width,
            spring - math.sin(step * math.pi / 12) * half_width * 0.62,
        )
        for step in range(13)
    ]
    return [(-half_width, base), *curve, (half_width, base)]


def draw_portal(surface: pygame.Surface, at: Vec, seconds: float) -> None:
    """The light in the open gate."""
    x, y = at.x * CELL, (at.y - 0.5) * CELL - 10
    for arm in range(7):
        angle = seconds * 1.6 + arm * math.tau / 7
        spot = (x + math.cos(angle) * 11, y + math.sin(angle) * 6)
        add_glow(surface, spot, 10, dim(mix(TEAL, WHITE, arm / 9), 0.5))
    add_glow(surface, (x, y), 34, dim(TEAL, 0.7))
