"""Metre and the grid: how many ticks a bar has. Knows no tempo and no seconds."""

from dataclasses import dataclass

from barwise.errors import InputError

TICKS_PER_QUARTER = 24
"""Fine enough for thirty-seconds (3 ticks), triplet eighths (8) and triplet sixteenths (4)."""

MAX_QUARTERS_PER_BAR = 6
MAX_BAR_TICKS = MAX_QUARTERS_PER_BAR * TICKS_PER_QUARTER
"""The longest bar the composer writes: 6/4 or 12/8."""

DENOMINATORS = (2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature, such as 4/4 or 6/8.

    Raises InputError for a bar longer than six quarters or a denominator that is not
    2, 4, 8 or 16.
    """

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if self.denominator not in DENOMINATORS:
            raise InputError(f"metre {self}: the denominator must be one of {DENOMINATORS}")
        if not 0 < self.bar_ticks <= MAX_BAR_TICKS:
            raise InputError(f"metre {self}: a bar lasts from 1 tick to {MAX_QUARTERS_PER_BAR} quarters")

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.numerator * TICKS_PER_QUARTER * 4 // self.denominator

    @property
    def quarters(self) -> float:
        """Length of a bar in quarter notes."""
        return self.bar_ticks / TICKS_PER_QUARTER

    @property
    def is_compound(self) -> bool:
        """Whether beats divide in three, as in 6/8, 9/8 and 12/8."""
        return self.denominator >= 8 and self.numerator > 3 and self.numerator % 3 == 0

    @property
    def beat_ticks(self) -> int:
        """Length of a felt beat in ticks: the denominator's note, or three in compound metres."""
        unit = TICKS_PER_QUARTER * 4 // self.denominator
        return unit * 3 if self.is_compound else unit

    @property
    def beats(self) -> int:
        """Felt beats in a bar."""
        return self.bar_ticks // self.beat_ticks


COMMON_TIME = Metre(4, 4)
