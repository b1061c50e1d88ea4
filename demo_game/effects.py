"""Sparks, smoke, dust and shaking: what moves for the eye alone. Never touches the game."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from demo_game.game import GameEvent, Happening
from demo_game.geometry import Vec, toward_angle
from demo_game.paint import BLOOD, CELL, FLAME, GOLD, RELIC_COLORS, TEAL, VIOLET, WHITE, Color, add_glow, dim


@dataclass(slots=True)
class Particle:
    """One mote; plain numbers, because there are hundreds in a frame."""

    x: float
    y: float
    speed_x: float
    speed_y: float
    left_seconds: float
    life_seconds: float
    radius: float
    color: Color
    drag: float = 2.0
    lift: float = 0.0


@dataclass(frozen=True, slots=True)
class Burst:
    """What a happening throws up."""

    count: int
    color: Color
    speed: float
    """Cells a second at most."""
    seconds: float
    radius: float
    """In pixels."""
    shake: float = 0.0
    flash: float = 0.0


BURSTS = {
    Happening.RELIC: Burst(46, RELIC_COLORS[0], 4.0, 1.1, 9),
    Happening.GATE_OPEN: Burst(60, TEAL, 4.5, 1.6, 10),
    Happening.CHASED: Burst(24, BLOOD, 3.5, 0.7, 9, shake=0.35),
    Happening.FIGHT: Burst(34, WHITE, 6.0, 0.6, 8, shake=0.7, flash=0.35),
    Happening.STRUCK: Burst(30, GOLD, 9.0, 0.7, 7, shake=0.5),
    Happening.RIPOSTE: Burst(44, (120, 200, 255), 10.0, 0.8, 7, shake=0.6),
    Happening.DODGED: Burst(20, (170, 200, 255), 4.0, 0.5, 7, shake=0.1),
    Happening.HURT: Burst(40, BLOOD, 8.0, 0.9, 7, shake=1.0, flash=0.5),
    Happening.BANISHED: Burst(130, VIOLET, 6.0, 1.7, 13, shake=0.8, flash=0.2),
    Happening.VICTORY: Burst(150, GOLD, 7.0, 2.4, 11),
    Happening.DEFEAT: Burst(90, (90, 110, 190), 4.0, 2.0, 12, shake=1.0),
}


class Effects:
    """All that flies about."""

    MOST = 420

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._particles: list[Particle] = []
        self.shake = 0.0
        """0 still to 1 violent."""
        self.flash = 0.0
        """0 none to 1 white."""

    def react(self, events: Sequence[GameEvent]) -> None:
        """Bursts for what happened."""
        for event in events:
            burst = BURSTS.get(event.kind)
            if burst:
                self.shake = max(self.shake, burst.shake)
                self.flash = max(self.flash, burst.flash)
                for _ in range(burst.count):
                    self._throw(event.at, burst)

    def drift(self, at: Vec, color: Color, radius: float, seconds: float, lift: float = 0.6) -> None:
        """One slow mote, for embers, smoke and magic."""
        gauss = self._chance.gauss
        x, y = at.x + gauss(0, 0.18), at.y + gauss(0, 0.14)
        motion = gauss(0, 0.25), gauss(-0.2, 0.2)
        self._add(Particle(x, y, *motion, seconds, seconds, radius, color, drag=0.6, lift=lift))

    def roll(self) -> float:
        """A random number from 0 to 1 for whoever decides whether to drift."""
        return self._chance.random()

    def tick(self, dt: float) -> None:
        """Moves everything on."""
        self.shake = max(0.0, self.shake - 2.2 * dt)
        self.flash = max(0.0, self.flash - 2.0 * dt)
        for particle in self._particles:
            particle.left_seconds -= dt
            kept = max(0.0, 1 - particle.drag * dt)
            particle.speed_x *= kept
            particle.speed_y = particle.speed_y * kept - particle.lift * dt
            particle.x += particle.speed_x * dt
            particle.y += particle.speed_y * dt
        self._particles = [particle for particle in self._particles if particle.left_seconds > 0]

    def draw(self, surface: pygame.Surface) -> None:
        """Adds the motes' light to the picture."""
        for particle in self._particles:
            share = particle.left_seconds / particle.life_seconds
            strength = math.ceil(8 * min(1.0, share * 1.6)) / 8
            radius = max(2, round(particle.radius * (0.45 + 0.55 * share)))
            add_glow(surface, (particle.x * CELL, particle.y * CELL), radius, dim(particle.color, strength))

    def offset(self, seconds: float) -> tuple[int, int]:
        """Where the shaking has put the picture."""
        strength = self.shake * self.shake * 9
        return round(math.sin(seconds * 61) * strength), round(math.cos(seconds * 47) * strength)

    def _throw(self, at: Vec, burst: Burst) -> None:
        speed = burst.speed * self._chance.random() ** 0.7
        velocity = toward_angle(self._chance.uniform(0, math.tau), speed)
        life = burst.seconds * self._chance.uniform(0.5, 1.0)
        radius = burst.radius * self._chance.uniform(0.5, 1.0)
        color = burst.color if self._chance.random() < 0.75 else FLAME
        self._add(Particle(at.x, at.y, velocity.x, velocity.y, life, life, radius, color, drag=2.6))

    def _add(self, particle: Particle) -> None:
        if len(self._particles) < self.MOST:
            self._particles.append(particle)
