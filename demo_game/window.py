"""The game in a window: keys, clock and frames. The only file that asks for a screen."""

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator

import pygame

from demo_game.game import STEP_SECONDS, Controls
from demo_game.geometry import Vec
from demo_game.music_bridge import LiveMusic
from demo_game.paint import CELL, FLAME, MAP_SIZE, NIGHT, WINDOW_SIZE, write
from demo_game.session import Session
from demo_game.strip import MusicStrip
from demo_game.view import View

FRAMES_PER_SECOND = 60
MOST_STEPS = 4
"""Steps of the game in one frame at most: a slow machine plays slower instead of stumbling."""

LEFT, RIGHT = (pygame.K_LEFT, pygame.K_a), (pygame.K_RIGHT, pygame.K_d)
UP, DOWN = (pygame.K_UP, pygame.K_w), (pygame.K_DOWN, pygame.K_s)
SOFT = (pygame.K_LSHIFT, pygame.K_RSHIFT)
BEGIN = (pygame.K_SPACE, pygame.K_RETURN)


def missing_devices() -> str:
    """What this machine lacks for a game in a window: a display, a sound device; empty if nothing."""
    with _silenced():
        lacks = [] if _has_display() else ["display"]
        lacks += [] if _has_sound() else ["sound device"]
    return " and no ".join(lacks)


def _has_display() -> bool:
    try:
        pygame.display.init()
    except pygame.error:
        return False
    return pygame.display.get_driver() not in ("dummy", "offscreen")


def _has_sound() -> bool:
    """The mixer is asked and closed again: the sound belongs to the music."""
    try:
        pygame.mixer.init()
    except pygame.error:
        return False
    pygame.mixer.quit()
    return True


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """The sound libraries write a dozen lines of their own when there is no device; one of ours says it."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Window:
    """One window, from the title to the last key."""

    def __init__(self, seed: int, open_music: Callable[[int], LiveMusic], autopilot: bool) -> None:
        pygame.display.init()
        pygame.font.init()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that scaling is slow where no graphics card helps
            self._screen = _screen()
        pygame.display.set_caption("The Last Lantern - music by Barwise")
        self._greet()
        self._music = open_music(seed)
        self._session = Session(seed, self._music, autopilot)
        self._music.start()
        self._strip = MusicStrip()
        self._view = View(self._session.game, self._strip)
        self._title, self._plays_itself = not autopilot, autopilot
        self._paused = False
        self._open = True
        self._act = False
        self._owed_seconds = 0.0

    def run(self, seconds: float | None = None) -> None:
        """Plays until the player leaves, or for so many seconds."""
        clock, played_seconds = pygame.time.Clock(), 0.0
        while self._open and (seconds is None or played_seconds < seconds):
            dt = min(clock.tick(FRAMES_PER_SECOND) / 1000, 0.1)
            played_seconds += dt
            self._take_events()
            self._play(dt)
            self._draw(dt)

    def close(self) -> None:
        """Ends the music and takes the window away."""
        self._music.stop()
        pygame.display.quit()

    def _greet(self) -> None:
        """Something to look at while the instruments are fetched."""
        self._screen.fill(NIGHT)
        write(self._screen, "the musicians take their seats", (WINDOW_SIZE[0] / 2, 330), 34, FLAME, "center")
        pygame.display.flip()

    def _take_events(self) -> None:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                self._open = False
            elif event.type == pygame.KEYDOWN:
                self._press(event.key)
            elif event.type in (pygame.WINDOWFOCUSLOST, pygame.WINDOWFOCUSGAINED) and not self._plays_itself:
                self._look_away(event.type == pygame.WINDOWFOCUSLOST)
            elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
                self._press(pygame.K_SPACE)

    def _press(self, key: int) -> None:
        if key == pygame.K_ESCAPE:
            self._open = False
        elif self._title:
            self._title = key not in BEGIN
        elif key == pygame.K_p:
            self._pause(not self._paused)
        elif key == pygame.K_r:
            self._begin_anew(self._session.seed)
        elif key == pygame.K_n and self._session.game.over:
            self._begin_anew(self._session.seed + 1)
        elif key == pygame.K_SPACE:
            self._act = True

    def _pause(self, paused: bool) -> None:
        if self._paused != paused:
            self._paused = paused
            self._music.hush(paused)

    def _look_away(self, away: bool) -> None:
        """Another window has the keys: the music stops where it is, and the game waits until it is asked to go on."""
        if away and not self._title:
            self._pause(True)
        self._music.stand_still(away)

    def _begin_anew(self, seed: int) -> None:
        self._pause(False)
        self._session.restart(seed)
        self._view = View(self._session.game, self._strip)

    def _play(self, dt: float) -> None:
        """As many steps as time has passed; a press counts in the first of them."""
        if self._title or self._paused:
            self._owed_seconds, self._act = 0.0, False
            return
        if self._session.wants_next:
            self._begin_anew(self._session.seed + 1)
        self._owed_seconds = min(self._owed_seconds + dt, MOST_STEPS * STEP_SECONDS)
        while self._owed_seconds >= STEP_SECONDS:
            self._owed_seconds -= STEP_SECONDS
            controls = self._controls()
            self._act = False
            self._view.react(self._session.step(STEP_SECONDS, controls))

    def _controls(self) -> Controls:
        held = pygame.key.get_pressed()
        move = Vec(_any(held, RIGHT) - _any(held, LEFT), _any(held, DOWN) - _any(held, UP))
        if pygame.mouse.get_pressed()[0]:
            move = self._to_pointer()
        return Controls(move.unit(), self._act, bool(_any(held, SOFT)))

    def _to_pointer(self) -> Vec:
        """With the button held, the bearer follows the pointer."""
        x, y = pygame.mouse.get_pos()
        way = Vec(x / CELL, y / CELL) - self._session.game.bearer.at
        return way if way.length > 0.3 and y < MAP_SIZE[1] else Vec()

    def _draw(self, dt: float) -> None:
        heard = self._music.listen()
        self._view.tick(self._session.game, heard, 0.0 if self._paused else dt)
        self._view.draw(self._screen, self._session.game)
        if self._title:
            self._view.draw_title(self._screen)
        elif self._paused:
            self._view.draw_pause(self._screen)
        pygame.display.flip()


def _screen() -> pygame.Surface:
    """The window's surface, scaled to the screen where a renderer can be had for that."""
    try:
        return pygame.display.set_mode(WINDOW_SIZE, pygame.SCALED)
    except pygame.error:
        return pygame.display.set_mode(WINDOW_SIZE)


def _any(held: pygame.key.ScancodeWrapper, keys: tuple[int, int]) -> int:
    return int(held[keys[0]] or held[keys[1]])
