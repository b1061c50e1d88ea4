"""The graph of the last half minute: mood as curves, bars as ticks, states as a band of color."""

import math
from collections import deque

import pygame

from demo_game.geometry import clamp
from demo_game.music_bridge import Heard
from demo_game.paint import BLOOD, FLAME, INK, LEAF, NIGHT, STATE_COLORS, TEAL, VIOLET, Color, dim

HISTORY_SECONDS = 30
SAMPLES_PER_SECOND = 8
LENGTH = HISTORY_SECONDS * SAMPLES_PER_SECOND
SIZE = (322, 88)
MARGIN = 4
BAND_HEIGHT = 10
"""Below the curves, for the states."""

COLORS: dict[str, Color] = {"valence": LEAF, "arousal": FLAME, "tension": BLOOD, "intensity": VIOLET}


class MoodGraph:
    """Painted anew when there is a new sample, not in every frame."""

    def __init__(self) -> None:
        self._heights: dict[str, deque[float]] = {name: deque(maxlen=LENGTH) for name in COLORS}
        self._states: deque[str] = deque(maxlen=LENGTH)
        self._bars: deque[bool] = deque(maxlen=LENGTH)
        self._bar_began = False
        self._until_sample_seconds = 0.0
        self._picture = pygame.Surface((SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN + BAND_HEIGHT))

    def hear(self, heard: Heard, dt: float) -> bool:
        """Takes in what the music does now; true when that made a sample."""
        self._bar_began = self._bar_began or heard.bars > 0
        self._until_sample_seconds -= dt
        if self._until_sample_seconds > 0:
            return False
        self._until_sample_seconds += 1 / SAMPLES_PER_SECOND
        self._heights["valence"].append((heard.valence + 1) / 2)
        self._heights["arousal"].append((heard.arousal + 1) / 2)
        self._heights["tension"].append(heard.tension)
        self._heights["intensity"].append(heard.intensity)
        self._states.append(heard.state)
        self._bars.append(self._bar_began)
        self._bar_began = False
        self._paint()
        return True

    def draw(self, surface: pygame.Surface, at: tuple[int, int]) -> None:
        """Shows the graph with the upper left of its curves at a point."""
        surface.blit(self._picture, (at[0] - MARGIN, at[1] - MARGIN))

    def _paint(self) -> None:
        picture, area = self._picture, pygame.Rect(MARGIN, MARGIN, *SIZE)
        picture.fill(INK)
        pygame.draw.rect(picture, NIGHT, area.inflate(2 * MARGIN, 2 * MARGIN), border_radius=4)
        step = area.width / LENGTH
        places = [area.right - (len(self._states) - index) * step for index in range(len(self._states))]
        for x, state, bar in zip(places, self._states, self._bars, strict=True):
            color = dim(STATE_COLORS.get(state, TEAL), 0.85)
            picture.fill(color, (round(x), area.bottom + 6, math.ceil(step), 4))
            if bar:
                pygame.draw.line(picture, (34, 37, 50), (x, area.y), (x, area.bottom))
        if len(places) > 1:
            for name, color in reversed(COLORS.items()):
                heights = [area.bottom - 2 - clamp(height) * (area.height - 4) for height in self._heights[name]]
                pygame.draw.aalines(picture, color, False, list(zip(places, heights, strict=True)))
