"""The picture of one frame, from the painted ruin to the last overlay. Reads game and music, changes neither."""

import random
from collections.abc import Sequence

import pygame

from demo_game import figures
from demo_game.actors import Mind
from demo_game.effects import Effects
from demo_game.game import Game, GameEvent, State
from demo_game.geometry import Vec, center, clamp, toward_angle
from demo_game.light import AMBIENT, Lamp, Light, flicker, warm
from demo_game.music_bridge import Heard
from demo_game.overlay import Overlay
from demo_game.paint import (
    CELL,
    FLAME,
    MAP_SIZE,
    NIGHT,
    RELIC_COLORS,
    TEAL,
    VIOLET,
    Color,
    Point,
    dim,
    shade,
)
from demo_game.scenery import paint_ruin
from demo_game.strip import MusicStrip

DUEL_ZOOM = 1.9
LANTERN_CELLS = 9.5
LANTERN_COLOR: Color = (255, 212, 146)
GAZE_CELLS = 9.5
GAZE_COLORS: dict[Mind, Color] = {
    Mind.PATROL: (52, 64, 112),
    Mind.SEEK: (120, 82, 26),
    Mind.CHASE: (140, 26, 28),
    Mind.FIGHT: (110, 18, 26),
}


class View:
    """Draws one game; make a new one for a new ruin."""

    def __init__(self, game: Game, strip: MusicStrip) -> None:
        self._strip = strip
        self._effects = Effects(random.Random(0))
        self._overlay = Overlay()
        self._ruin = paint_ruin(game.world, random.Random(len(game.world.walls)))
        self._light = Light(game.world)
        self._scene = pygame.Surface(MAP_SIZE)
        self._relic_colors = {center(cell): RELIC_COLORS[index] for index, cell in enumerate(game.world.relics)}
        self._gate = center(game.world.gate)
        self._seconds = 0.0
        self._closeness = 0.0
        self._since_end_seconds = 0.0

    def react(self, events: Sequence[GameEvent]) -> None:
        """Takes in what happened in a step of the game."""
        self._effects.react(events)
        self._overlay.react(events)

    def tick(self, game: Game, heard: Heard, dt: float) -> None:
        """Moves on what moves for the eye alone."""
        self._seconds += dt
        self._effects.tick(dt)
        self._overlay.tick(dt)
        self._strip.hear(heard, dt)
        wanted = 1.0 if game.duel else 0.0
        self._closeness += (wanted - self._closeness) * min(1.0, 5 * dt)
        self._since_end_seconds = self._since_end_seconds + dt if game.over else 0.0
        self._stir_air(game, dt)

    def draw(self, surface: pygame.Surface, game: Game) -> None:
        """The whole window."""
        self._draw_ruin(game)
        area = self._camera(game)
        self._show(surface, area, self._effects.offset(self._seconds))
        if self._effects.flash > 0.02:
            shade(surface.subsurface((0, 0, *MAP_SIZE)), (255, 240, 220), 0.5 * self._effects.flash)
        places = [_through(area, figures.pixels(at)) for at in (game.bearer.at, game.hunter.at)]
        self._overlay.draw_duel(surface, game, places[0], places[1], self._seconds)
        if not game.duel:
            self._overlay.draw_counts(surface, game)
            self._overlay.draw_message(surface)
        if game.over:
            self._overlay.draw_end(surface.subsurface((0, 0, *MAP_SIZE)), game, self._since_end_seconds)
        self._strip.draw(surface)

    def draw_title(self, surface: pygame.Surface) -> None:
        """The title, over the ruin that waits."""
        self._overlay.draw_title(surface.subsurface((0, 0, *MAP_SIZE)), self._seconds)

    def draw_pause(self, surface: pygame.Surface) -> None:
        """The pause, over the ruin that stands still."""
        self._overlay.draw_pause(surface.subsurface((0, 0, *MAP_SIZE)))

    def _draw_ruin(self, game: Game) -> None:
        scene, seconds, pulse = self._scene, self._seconds, self._strip.pulse
        scene.blit(self._ruin, (0, 0))
        figures.draw_gate(scene, self._gate, game.gate_open)
        self._draw_bodies(game)
        self._light.fall_on(scene, self._lamps(game), _ambient(game))
        for relic in game.relics:
            figures.draw_relic(scene, relic, self._relic_colors[relic], seconds, pulse)
        if game.gate_open:
            figures.draw_portal(scene, self._gate, seconds)
        if game.state is not State.DEFEAT:
            figures.draw_flame(scene, figures.lantern_at(game.bearer, seconds), seconds, pulse)
        self._effects.draw(scene)
        figures.draw_eyes(scene, game.hunter)
        figures.draw_suspicion(scene, game.hunter)

    def _draw_bodies(self, game: Game) -> None:
        """The nearer one covers the farther one."""
        if game.hunter.at.y < game.bearer.at.y:
            figures.draw_hunter(self._scene, game.hunter, self._seconds)
        figures.draw_bearer(self._scene, game.bearer, self._seconds, game.state is State.DEFEAT)
        if game.hunter.at.y >= game.bearer.at.y:
            figures.draw_hunter(self._scene, game.hunter, self._seconds)

    def _lamps(self, game: Game) -> list[Lamp]:
        lamps = [Lamp(relic, 2.6, dim(self._relic_colors[relic], 0.5), shadows=False) for relic in game.relics]
        gate = (3.6, dim(TEAL, 0.9)) if game.gate_open else (2.6, (88, 84, 80))
        lamps.append(Lamp(self._gate, *gate, shadows=False))
        if game.hunter.mind in GAZE_COLORS:
            lamps += self._gaze(game)
        return [*lamps, self._lantern(game)]

    def _lantern(self, game: Game) -> Lamp:
        """It burns lower for the wounded, and goes out in the end."""
        strength = flicker(self._seconds) * (0.86 + 0.05 * game.bearer.hearts) + 0.06 * self._strip.pulse
        if game.state is State.DEFEAT:
            strength *= clamp(1 - self._since_end_seconds / 2.5, 0.12)
        if game.state is State.VICTORY:
            strength *= 1.3
        place = game.bearer.at + toward_angle(game.bearer.facing, 0.2)
        return Lamp(
            place if not game.world.is_wall(place.cell) else game.bearer.at,
            LANTERN_CELLS,
            warm(LANTERN_COLOR, strength),
        )

    def _gaze(self, game: Game) -> list[Lamp]:
        """Where the hunter looks is seen on the floor: a fair warning."""
        hunter, color = game.hunter, GAZE_COLORS[game.hunter.mind]
        halo = Lamp(hunter.at, 2.6, dim(VIOLET, 0.9), shadows=False)
        return [halo, Lamp(hunter.at, GAZE_CELLS, color, hunter.facing, 0.75)]

    def _camera(self, game: Game) -> pygame.Rect:
        """The part of the map that is shown: all of it, or the two who fight."""
        zoom = 1 + (DUEL_ZOOM - 1) * self._closeness
        width, height = MAP_SIZE[0] / zoom, MAP_SIZE[1] / zoom
        middle = (game.bearer.at + game.hunter.at) * 0.5 if game.duel else game.bearer.at
        left = clamp(middle.x * CELL - width / 2, 0, MAP_SIZE[0] - width)
        top = clamp(middle.y * CELL - height / 2, 0, MAP_SIZE[1] - height)
        return pygame.Rect(round(left), round(top), round(width), round(height))

    def _show(self, surface: pygame.Surface, area: pygame.Rect, offset: tuple[int, int]) -> None:
        surface.fill(NIGHT, (0, 0, *MAP_SIZE))
        if area.size == MAP_SIZE:
            surface.blit(self._scene, offset)
            return
        area = area.clip(self._scene.get_rect())
        surface.blit(pygame.transform.smoothscale(self._scene.subsurface(area), MAP_SIZE), offset)

    def _stir_air(self, game: Game, dt: float) -> None:
        """Embers, smoke and sparks; so many a second whatever the frame rate."""
        if game.hunter.mind is not Mind.BANISHED and self._effects.roll() < 26 * dt:
            self._effects.drift(game.hunter.at + Vec(0, 0.25), (36, 20, 60), 12, 0.9, lift=0.3)
        if game.state is not State.DEFEAT and self._effects.roll() < 7 * dt:
            self._effects.drift(figures.lantern_at(game.bearer, self._seconds), FLAME, 4, 1.1)
        for relic in game.relics:
            if self._effects.roll() < 3 * dt:
                self._effects.drift(relic, self._relic_colors[relic], 4, 1.4)
        if game.gate_open and self._effects.roll() < 22 * dt:
            self._effects.drift(self._gate + Vec(0, -0.6), TEAL, 5, 1.3)


def _through(area: pygame.Rect, at: Point) -> Point:
    """Where the camera shows a point of the map."""
    scale = MAP_SIZE[0] / area.width
    return (at[0] - area.x) * scale, (at[1] - area.y) * scale


def _ambient(game: Game) -> Color:
    return (110, 100, 84) if game.state is State.VICTORY else AMBIENT
