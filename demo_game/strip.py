"""The strip below the map: what the music feels, plays and plans. Draws a Heard, knows no game."""

import math
from collections import deque

import pygame

from demo_game.graph import COLORS, HISTORY_SECONDS, MoodGraph
from demo_game.music_bridge import Heard
from demo_game.paint import (
    BLOOD,
    FAINT,
    FLAME,
    GOLD,
    INK,
    LEAF,
    LINE,
    MAP_SIZE,
    NIGHT,
    PALE,
    STATE_COLORS,
    STRIP_HEIGHT,
    TEAL,
    WHITE,
    Color,
    Point,
    add_glow,
    dim,
    mix,
    write,
)

FLASH_SECONDS = 0.35


class MusicStrip:
    """Remembers a little of what it was told, for the trails and the graph."""

    def __init__(self) -> None:
        self._heard = Heard()
        self._graph = MoodGraph()
        self._trail: deque[Point] = deque(maxlen=40)
        self._chords: deque[str] = deque(maxlen=5)
        self._since_beat_seconds = 9.0

    @property
    def pulse(self) -> float:
        """1 on a beat, falling to 0: lamps and flames in the game go by it."""
        return max(0.0, 1 - self._since_beat_seconds / FLASH_SECONDS)

    def hear(self, heard: Heard, dt: float) -> None:
        """Takes in what the music does now."""
        self._heard = heard
        self._since_beat_seconds = 0.0 if heard.beats else self._since_beat_seconds + dt
        if heard.chord and (not self._chords or self._chords[-1] != heard.chord):
            self._chords.append(heard.chord)
        if self._graph.hear(heard, dt):
            self._trail.append((heard.valence, heard.arousal))

    def draw(self, surface: pygame.Surface) -> None:
        """Draws the strip into the bottom of the window."""
        strip = pygame.Rect(0, MAP_SIZE[1], MAP_SIZE[0], STRIP_HEIGHT)
        color = STATE_COLORS.get(self._heard.state, TEAL)
        surface.fill(INK, strip)
        surface.fill(mix(LINE, color, 0.4 + 0.6 * self.pulse), (strip.x, strip.y, strip.width, 2))
        for x in (166, 414, 772, 1020):
            pygame.draw.line(surface, LINE, (x, strip.y + 18), (x, strip.bottom - 16))
        self._draw_circumplex(surface, (84, strip.y + 74), 50)
        self._draw_meters(surface, 186, strip.y + 20)
        write(surface, f"mood of the last {HISTORY_SECONDS} s", (432, strip.y + 14), 16, FAINT)
        self._graph.draw(surface, (432, strip.y + 30))
        self._draw_harmony(surface, 792, strip.y + 16, color)
        self._draw_beats(surface, 1040, strip.y + 16, color)

    def _draw_circumplex(self, surface: pygame.Surface, middle: Point, radius: int) -> None:
        """Valence to the right, arousal upward; the rim fills with tension."""
        pygame.draw.circle(surface, NIGHT, middle, radius)
        pygame.draw.circle(surface, LINE, middle, radius, 1)
        pygame.draw.line(surface, LINE, (middle[0] - radius, middle[1]), (middle[0] + radius, middle[1]))
        pygame.draw.line(surface, LINE, (middle[0], middle[1] - radius), (middle[0], middle[1] + radius))
        if self._heard.tension > 0.01:
            pygame.draw.polygon(surface, dim(BLOOD, 0.9), _rim(middle, radius + 3, radius + 6, self._heard.tension))
        words = [
            ("excited", (4, 4 - radius)),
            ("calm", (4, radius - 13)),
            ("dark", (4 - radius, 3)),
            ("bright", (21, 3)),
        ]
        for word, (dx, dy) in words:
            write(surface, word, (middle[0] + dx, middle[1] + dy), 14, FAINT)
        for age, (valence, arousal) in enumerate(self._trail):
            spot = self._on_disc(middle, radius, valence, arousal)
            pygame.draw.circle(surface, dim(TEAL, 0.1 + 0.6 * age / len(self._trail)), spot, 2)
        spot = self._on_disc(middle, radius, self._heard.valence, self._heard.arousal)
        color = mix(TEAL, BLOOD, self._heard.tension)
        add_glow(surface, spot, 15, dim(color, 0.8))
        pygame.draw.circle(surface, color, spot, 6)
        pygame.draw.circle(surface, WHITE, spot, 3)

    @staticmethod
    def _on_disc(middle: Point, radius: int, valence: float, arousal: float) -> Point:
        """A point of the square of moods on the disc, so that corners stay inside the rim."""
        x = valence * math.sqrt(1 - arousal * arousal / 2)
        y = arousal * math.sqrt(1 - valence * valence / 2)
        return middle[0] + x * radius * 0.94, middle[1] - y * radius * 0.94

    def _draw_meters(self, surface: pygame.Surface, x: int, y: int) -> None:
        heard = self._heard
        rows = [
            ("valence", heard.valence, True),
            ("arousal", heard.arousal, True),
            ("tension", heard.tension, False),
            ("intensity", heard.intensity, False),
        ]
        for index, (name, value, signed) in enumerate(rows):
            self._draw_meter(surface, pygame.Rect(x + 66, y + index * 28, 100, 10), name, value, signed)

    @staticmethod
    def _draw_meter(surface: pygame.Surface, bar: pygame.Rect, name: str, value: float, signed: bool) -> None:
        color = COLORS[name]
        write(surface, name, (bar.x - 10, bar.centery), 20, PALE, "midright")
        pygame.draw.rect(surface, NIGHT, bar, border_radius=5)
        pygame.draw.rect(surface, LINE, bar, 1, border_radius=5)
        zero = bar.centerx if signed else bar.x + 1
        end = round(bar.x + bar.width * ((value + 1) / 2 if signed else value))
        filled = pygame.Rect(min(zero, end), bar.y + 2, abs(end - zero), bar.height - 4)
        if filled.width:
            pygame.draw.rect(surface, color, filled, border_radius=3)
        if signed:
            pygame.draw.line(surface, FAINT, (zero, bar.y - 2), (zero, bar.bottom + 1))
        shown = f"{value:+.2f}" if signed else f"{value:.2f}"
        write(surface, shown, (bar.right + 10, bar.centery), 19, color, "midleft")

    def _draw_harmony(self, surface: pygame.Surface, x: int, y: int, color: Color) -> None:
        heard = self._heard
        write(surface, heard.state.upper(), (x, y), 34, color)
        write(surface, f"key of {heard.key}" if heard.key else "", (x, y + 29), 19, FAINT)
        write(surface, heard.chord or "-", (x, y + 48), 42, WHITE)
        trail_x = float(x)
        for age, chord in enumerate(list(self._chords)[:-1]):
            place = write(surface, chord, (trail_x, y + 88), 20, mix(INK, PALE, 0.3 + 0.12 * age))
            trail_x = place.right + 14

    def _draw_beats(self, surface: pygame.Surface, x: int, y: int, color: Color) -> None:
        heard = self._heard
        count = max(1, min(heard.beats_per_bar, 8))
        for beat in range(count):
            spot = (x + 12 + beat * min(34, 216 // count), y + 12)
            lit = beat == heard.beat
            pygame.draw.circle(surface, mix(LINE, GOLD if beat == 0 else color, 0.35 if lit else 0.0), spot, 9)
            if lit:
                add_glow(surface, spot, 24, dim(GOLD if beat == 0 else color, self.pulse))
                pygame.draw.circle(surface, mix(color, WHITE, self.pulse), spot, 5 + round(3 * self.pulse))
        write(surface, f"bar {heard.bar + 1}", (x, y + 34), 24, PALE)
        write(surface, f"beat {heard.beat + 1} of {count}", (x + 82, y + 37), 19, FAINT)
        write(surface, f"{heard.tempo:.0f}", (x, y + 57), 24, PALE)
        write(surface, "quarters a minute", (x + 36, y + 60), 19, FAINT)
        network = heard.composer == "network"
        lamp = LEAF if network else FLAME
        pygame.draw.circle(surface, lamp if heard.composer else LINE, (x + 6, y + 90), 5)
        by = {"network": "the network composes", "rules": "the rules compose"}.get(heard.composer, "nobody composes")
        write(surface, by, (x + 18, y + 83), 20, PALE)
        note = heard.warning.split(":")[0] or ("" if heard.sounding else "no sound device plays it")
        write(surface, note[:38], (x, y + 103), 16, FAINT)  # the log has the rest, with the cure


def _rim(middle: Point, inner: float, outer: float, share: float) -> list[Point]:
    """A share of a ring, from the top clockwise."""
    steps = max(2, round(72 * share))
    turns = [math.tau * share * step / steps - math.pi / 2 for step in range(steps + 1)]
    outside = [(middle[0] + math.cos(turn) * outer, middle[1] + math.sin(turn) * outer) for turn in turns]
    inside = [(middle[0] + math.cos(turn) * inner, middle[1] + math.sin(turn) * inner) for turn in reversed(turns)]
    return outside + inside
