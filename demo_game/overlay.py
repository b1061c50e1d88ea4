"""What is laid over the map: hearts, messages, the rings of a duel, title and end. Reads the game."""

import math
from collections.abc import Sequence

import pygame

from demo_game.actors import BEARER_HEARTS, HUNTER_HEARTS
from demo_game.duel import IN_TIME_SECONDS, PERFECT_SECONDS, Cue, Duel
from demo_game.game import Game, GameEvent, Happening, State
from demo_game.paint import (
    BLOOD,
    FAINT,
    FLAME,
    GOLD,
    MAP_SIZE,
    PALE,
    RELIC_COLORS,
    TEAL,
    VIOLET,
    WHITE,
    Color,
    Point,
    add_glow,
    dim,
    mix,
    shade,
    write,
    write_faded,
)
from demo_game.world import RELICS

RING_RADIUS = 58
RING_TRAVEL = 150
"""Pixels that a ring has to close."""
CUE_COLORS: dict[Cue, Color] = {Cue.BLOW: (255, 92, 84), Cue.OPENING: GOLD}
MESSAGE_SECONDS = 2.4
SLASH_SECONDS = 0.22

MESSAGES: dict[Happening, tuple[str, Color]] = {
    Happening.RELIC: ("A relic", RELIC_COLORS[0]),
    Happening.GATE_OPEN: ("The gate is open", TEAL),
    Happening.NOTICED: ("It has heard something", FLAME),
    Happening.CHASED: ("It has seen you. Run!", BLOOD),
    Happening.SHAKEN_OFF: ("It has lost you", PALE),
    Happening.BANISHED: ("It scatters, for a while", VIOLET),
}
VERDICTS: dict[Happening, tuple[str, Color]] = {
    Happening.STRUCK: ("STRUCK!", GOLD),
    Happening.RIPOSTE: ("RIPOSTE!", (150, 230, 255)),
    Happening.DODGED: ("dodged", (190, 210, 255)),
    Happening.MISSED: ("missed", FAINT),
    Happening.HURT: ("HURT", BLOOD),
}


class Overlay:
    """Remembers the latest message and verdict, and draws all that is not part of the ruin."""

    def __init__(self) -> None:
        self._message: tuple[str, Color] = ("", PALE)
        self._message_seconds = 0.0
        self._verdict: tuple[str, Color] = ("", PALE)
        self._verdict_seconds = 9.0

    def react(self, events: Sequence[GameEvent]) -> None:
        """Takes its words from what happened."""
        for event in events:
            if event.kind in MESSAGES:
                self._message, self._message_seconds = MESSAGES[event.kind], MESSAGE_SECONDS
            if event.kind in VERDICTS:
                self._verdict, self._verdict_seconds = VERDICTS[event.kind], 0.0

    def tick(self, dt: float) -> None:
        """Lets words fade."""
        self._message_seconds -= dt
        self._verdict_seconds += dt

    def draw_counts(self, surface: pygame.Surface, game: Game) -> None:
        """Hearts, relics and the time."""
        for heart in range(BEARER_HEARTS):
            _flame(surface, (26 + heart * 26, 24), FLAME, lit=heart < game.bearer.hearts)
        for relic in range(RELICS):
            found = relic < RELICS - len(game.relics)
            _crystal(surface, (26 + BEARER_HEARTS * 26 + 22 + relic * 22, 23), RELIC_COLORS[relic], found)
        minutes, seconds = divmod(int(game.seconds), 60)
        write(surface, f"{minutes}:{seconds:02d}", (278, 24), 24, FAINT, "midleft")

    def draw_message(self, surface: pygame.Surface) -> None:
        """What just happened, in words, for a moment."""
        if self._message_seconds > 0:
            words, color = self._message
            share = min(1.0, self._message_seconds / 0.6)
            write_faded(surface, words, (MAP_SIZE[0] / 2, 40), 34, color, share)

    def draw_duel(self, surface: pygame.Surface, game: Game, bearer: Point, hunter: Point, seconds: float) -> None:
        """Rings, wounds and verdict; the places are where the camera shows the two."""
        if game.duel is None:
            return
        for bar in (pygame.Rect(0, 0, MAP_SIZE[0], 54), pygame.Rect(0, MAP_SIZE[1] - 54, MAP_SIZE[0], 54)):
            surface.fill((4, 4, 8), bar)
        _wounds(surface, game)
        if game.duel.closing:
            _ring(surface, game.duel, bearer if game.duel.ring.cue is Cue.BLOW else hunter, seconds)
        if self._verdict_seconds < 0.8:
            words, color = self._verdict
            height = max(120.0, min(bearer[1], hunter[1]) - 96)
            middle = ((bearer[0] + hunter[0]) / 2, height - 30 * self._verdict_seconds)
            write_faded(surface, words, middle, 56, color, 1.4 - self._verdict_seconds * 1.6)
        if self._verdict_seconds < SLASH_SECONDS:
            share = self._verdict_seconds / SLASH_SECONDS
            if self._verdict[0] in ("STRUCK!", "RIPOSTE!"):
                _slash(surface, hunter, self._verdict[1], share)
            elif self._verdict[0] == "HURT":
                for claw in (-20, 0, 20):
                    _slash(surface, (bearer[0] + claw, bearer[1] + claw / 3), BLOOD, share)

    def draw_end(self, surface: pygame.Surface, game: Game, since_seconds: float) -> None:
        """How it ended."""
        share = min(1.0, since_seconds / 1.5)
        won = game.state is State.VICTORY
        shade(surface, (60, 42, 12) if won else (8, 8, 22), 0.45 * share)
        words, color = ("INTO THE LIGHT", GOLD) if won else ("THE LANTERN GOES OUT", (150, 160, 220))
        middle = MAP_SIZE[0] / 2, MAP_SIZE[1] / 2
        write_faded(surface, words, (middle[0], middle[1] - 30), 84, color, share)
        story = f"{RELICS - len(game.relics)} of {RELICS} relics in {game.seconds:.0f} seconds"
        write_faded(surface, story, (middle[0], middle[1] + 32), 30, PALE, share)
        write_faded(
            surface, "R  again      N  next ruin      Esc  leave", (middle[0], middle[1] + 74), 26, FAINT, share
        )

    def draw_title(self, surface: pygame.Surface, seconds: float) -> None:
        """The first picture."""
        shade(surface, (4, 4, 10), 0.62)
        x, y = MAP_SIZE[0] / 2, MAP_SIZE[1] / 2
        add_glow(surface, (x, y - 92), 210, dim(FLAME, 0.33 + 0.03 * math.sin(seconds * 3)))
        write_faded(surface, "THE LAST LANTERN", (x, y - 92), 104, (255, 232, 190), 1.0)
        write_faded(
            surface, "Five relics lie in the dark. Something guards them, and listens.", (x, y - 22), 30, PALE, 1.0
        )
        rows = [
            ("arrows or WASD", "walk"),
            ("Shift", "tread softly: it cannot hear you"),
            ("Space", "in a fight: strike or dodge as the ring closes"),
            ("P   R   Esc", "pause, begin anew, leave"),
        ]
        for index, (keys, meaning) in enumerate(rows):
            write(surface, keys, (x - 40, y + 36 + index * 30), 25, FLAME, "topright")
            write(surface, meaning, (x - 14, y + 36 + index * 30), 25, PALE)
        share = 0.65 + 0.35 * math.sin(seconds * 4)
        write_faded(surface, "press Space", (x, y + 194), 34, GOLD, share)

    def draw_pause(self, surface: pygame.Surface) -> None:
        """A veil and a word."""
        shade(surface, (4, 4, 10), 0.55)
        write_faded(surface, "PAUSED", (MAP_SIZE[0] / 2, MAP_SIZE[1] / 2 - 14), 72, PALE, 1.0)
        write_faded(surface, "the music goes on, softly", (MAP_SIZE[0] / 2, MAP_SIZE[1] / 2 + 34), 26, FAINT, 1.0)


def _slash(surface: pygame.Surface, at: Point, color: Color, share: float) -> None:
    """A blade's or a claw's trace: it runs across and thins out."""
    reach, width = 20 + 60 * share, 9 * (1 - share)
    start, end = (at[0] + 58, at[1] - 58), (at[0] + 58 - 2 * reach, at[1] - 58 + 2 * reach)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    blade = [start, (middle[0] - width, middle[1] - width), end, (middle[0] + width, middle[1] + width)]
    pygame.draw.polygon(surface, mix(color, WHITE, 0.7 * (1 - share)), blade)


def _ring(surface: pygame.Surface, duel: Duel, at: Point, seconds: float) -> None:
    """The target, the band in which a press is in time, and the ring that closes on them."""
    color = CUE_COLORS[duel.ring.cue]
    speed = RING_TRAVEL / duel.ring.seconds
    in_time, perfect = round(IN_TIME_SECONDS * speed), round(PERFECT_SECONDS * speed)
    band = pygame.Surface((400, 400), pygame.SRCALPHA)
    pygame.draw.circle(band, (*color, 46), (200, 200), RING_RADIUS + in_time, in_time)
    pygame.draw.circle(band, (*mix(color, WHITE, 0.5), 90), (200, 200), RING_RADIUS + perfect, perfect)
    surface.blit(band, (round(at[0]) - 200, round(at[1]) - 200))
    pygame.draw.circle(surface, color, at, RING_RADIUS, 2)
    radius = max(6, RING_RADIUS + round(duel.left_seconds * speed))
    hot = abs(duel.left_seconds) <= IN_TIME_SECONDS and not duel.stumbled
    ring_color = FAINT if duel.stumbled else WHITE if hot else color
    pygame.draw.circle(surface, ring_color, at, radius, 6 if hot else 4)
    word = "too early" if duel.stumbled else duel.ring.cue.value.upper() + "!"
    size = 44 if duel.stumbled else 54 + round(3 * math.sin(seconds * 14))
    write_faded(surface, word, (at[0], at[1] + RING_RADIUS + 66), size, FAINT if duel.stumbled else color, 1.0)


def _wounds(surface: pygame.Surface, game: Game) -> None:
    """Both sides' strength, left and right in the upper bar."""
    y = 27
    write(surface, "YOU", (30, y), 26, FLAME, "midleft")
    for heart in range(BEARER_HEARTS):
        _flame(surface, (92 + heart * 28, y), FLAME, lit=heart < game.bearer.hearts)
    right = MAP_SIZE[0] - 30
    write(surface, "THE HUNTER", (right, y), 26, VIOLET, "midright")
    for heart in range(HUNTER_HEARTS):
        _flame(surface, (right - 136 - heart * 28, y), VIOLET, lit=heart < game.hunter.hearts)
    hint = "SPACE when the ring meets the circle"
    write(surface, hint, (MAP_SIZE[0] / 2, MAP_SIZE[1] - 27), 24, FAINT, "center")


def _flame(surface: pygame.Surface, at: Point, color: Color, lit: bool) -> None:
    x, y = at
    shape = [(x, y - 12), (x + 7, y + 1), (x + 5, y + 8), (x, y + 10), (x - 5, y + 8), (x - 7, y + 1)]
    if not lit:
        pygame.draw.polygon(surface, (50, 52, 66), shape, 2)
        return
    add_glow(surface, at, 20, dim(color, 0.55))
    pygame.draw.polygon(surface, color, shape)
    pygame.draw.polygon(surface, mix(color, WHITE, 0.65), [(x, y - 3), (x + 3, y + 3), (x, y + 8), (x - 3, y + 3)])


def _crystal(surface: pygame.Surface, at: Point, color: Color, found: bool) -> None:
    x, y = at
    shape = [(x, y - 10), (x + 6, y), (x, y + 10), (x - 6, y)]
    if not found:
        pygame.draw.polygon(surface, (58, 62, 78), shape, 2)
        return
    add_glow(surface, at, 18, dim(color, 0.6))
    pygame.draw.polygon(surface, color, shape)
    pygame.draw.polygon(surface, mix(color, WHITE, 0.6), [(x, y - 10), (x + 2, y), (x, y + 2), (x - 6, y)])
