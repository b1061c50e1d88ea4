"""Points and angles on the plane of the map, in cells. Knows nothing of the game."""

import math
from dataclasses import dataclass

Cell = tuple[int, int]
"""Column and row, from 0 at the top left."""


@dataclass(frozen=True, slots=True)
class Vec:
    """A point or a direction; one cell is 1 wide."""

    x: float = 0.0
    y: float = 0.0

    def __add__(self, other: "Vec") -> "Vec":
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other: "Vec") -> "Vec":
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, factor: float) -> "Vec":
        return Vec(self.x * factor, self.y * factor)

    @property
    def length(self) -> float:
        """In cells."""
        return math.hypot(self.x, self.y)

    @property
    def angle(self) -> float:
        """Radians from the x axis, growing clockwise on the screen."""
        return math.atan2(self.y, self.x)

    @property
    def cell(self) -> Cell:
        """The cell that the point lies in."""
        return math.floor(self.x), math.floor(self.y)

    def unit(self) -> "Vec":
        """The same direction with length 1; the zero vector stays itself."""
        length = self.length
        return Vec(self.x / length, self.y / length) if length > 1e-9 else self

    def to(self, other: "Vec") -> float:
        """The distance to another point."""
        return math.hypot(other.x - self.x, other.y - self.y)


HERE = Vec()
"""No way to go."""


def center(cell: Cell) -> Vec:
    """The middle of a cell."""
    return Vec(cell[0] + 0.5, cell[1] + 0.5)


def toward_angle(angle: float, length: float = 1.0) -> Vec:
    """The vector of a length in the direction of an angle."""
    return Vec(math.cos(angle) * length, math.sin(angle) * length)


def turn(current: float, wanted: float, most: float) -> float:
    """An angle turned toward another by the short way, by at most so many radians."""
    difference = (wanted - current + math.pi) % math.tau - math.pi
    return current + clamp(difference, -most, most)


def angle_between(first: float, second: float) -> float:
    """How far two angles lie apart, 0 to pi."""
    return abs((second - first + math.pi) % math.tau - math.pi)


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """The value, kept between two bounds."""
    return max(low, min(high, value))
