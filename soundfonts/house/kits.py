"""Drum kits: which sound lies on which key. Knows General MIDI's tables, not how a drum is made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from soundfonts.house import drums
from soundfonts.house.struck import timpani
from soundfonts.house.tone import Tone
from soundfonts.house.voice import Filter, Region, Shape, Voice

Stroke = tuple[Tone, float]
"""A tone, and the seconds of its envelope for 100 dB; 0 for a tone that dies away by itself."""

_HAT, _WHISTLE, _GUIRO, _CUICA, _TRIANGLE, _CRASH, _OTHER_CRASH, _SPLASH, _CHINA = range(1, 10)
"""Sounds that cut each other off. A cymbal that is struck again is the same cymbal: a loud band's crash would
otherwise ring a dozen times over."""

_CHOKES = {42: _HAT, 44: _HAT, 46: _HAT, 71: _WHISTLE, 72: _WHISTLE, 73: _GUIRO, 74: _GUIRO, 78: _CUICA, 79: _CUICA,
           80: _TRIANGLE, 81: _TRIANGLE, 49: _CRASH, 57: _OTHER_CRASH, 55: _SPLASH, 52: _CHINA}  # fmt: skip

_ORCHESTRA_CHOKES = {**_CHOKES, 27: _HAT, 28: _HAT, 29: _HAT}

_PANS = {41: -0.25, 43: -0.18, 45: -0.06, 47: 0.06, 48: 0.16, 50: 0.25, 42: 0.15, 44: 0.15, 46: 0.15, 49: -0.25,
         51: 0.25, 52: -0.3, 53: 0.25, 55: -0.1, 57: 0.3, 59: 0.25, 54: 0.2, 56: -0.15, 60: 0.2, 61: 0.1, 62: -0.1,
         63: -0.15, 64: -0.2, 65: 0.2, 66: 0.1, 67: -0.25, 68: -0.25, 69: -0.2, 70: 0.2, 75: 0.15, 76: -0.2,
         77: -0.2}  # fmt: skip
"""As the drummer sits, little: the low end stays in the middle."""


def _plain(make: Callable[[], Tone]) -> Callable[[], Stroke]:
    return lambda: (make(), 0.0)


def _tom(name: str, pitch: float, fall: float) -> Callable[[], Stroke]:
    return _plain(lambda: drums.tom(name, pitch, fall))


def _hand(name: str, pitch: float, fall: float, slap: float) -> Callable[[], Stroke]:
    return _plain(lambda: drums.hand_drum(name, pitch, fall, slap))


def _block(name: str, pitch: float) -> Callable[[], Stroke]:
    return _plain(lambda: drums.struck_metal(name, (pitch, pitch * 2.57, pitch * 4.9), 0.12, click=0.3, rate=27000))


_JINGLES = (5600, 6900, 7700, 9100, 10400, 12300)

_STANDARD: Mapping[int, Callable[[], Stroke]] = {
    27: _plain(lambda: drums.chirped("high q", 2600, 500, 0.09)),
    28: _plain(lambda: drums.clap("slap", 0.05)),
    29: _plain(lambda: drums.scraped("scratch push", 0.12, 16)),
    30: _plain(lambda: drums.scraped("scratch pull", 0.16, 14)),
    31: _plain(lambda: drums.struck_metal("sticks", (2300, 3700, 5200), 0.06, click=0.3, rate=27000)),
    32: _plain(lambda: drums.struck_metal("square click", (1500, 4500), 0.02, click=0.5, rate=22050)),
    33: _plain(lambda: drums.struck_metal("metronome click", (2400, 4100), 0.03, click=0.4, rate=22050)),
    34: lambda: drums.rung_metal("metronome bell", (2700, 5500, 8000), 0.6),
    35: _plain(lambda: drums.kick("old kick", 46, 0.45, 0.08)),
    36: _plain(lambda: drums.kick("kick", 54, 0.36, 0.16)),
    37: _plain(drums.side_stick),
    38: _plain(lambda: drums.snare("snare", 188, body=0.75, wires=0.42, fall=0.28)),
    39: _plain(lambda: drums.clap("clap")),
    40: _plain(lambda: drums.snare("sharp snare", 232, body=0.7, wires=0.5, fall=0.2, bright=11000)),
    41: _tom("floor tom low", 74, 1.1),
    42: _plain(lambda: drums.hat("closed hat", 0.27)),
    44: _plain(drums.foot_hat),
    45: _tom("low tom", 104, 0.95),
    46: _plain(lambda: drums.hat("open hat", 0.8, tight=0.8)),
    48: _tom("high middle tom", 146, 0.8),
    49: lambda: drums.cymbal("crash", 260, 15000, 4.0, seconds=0.4, tilt=-0.1, air=0.6),
    51: lambda: drums.cymbal("ride", 420, 15000, 3.2, seconds=0.3, air=0.25, ping=(3150, 4270, 5380)),
    52: lambda: drums.cymbal("china", 300, 11000, 1.5, seconds=0.3, tilt=-0.1, air=1.3),
    53: lambda: drums.cymbal("ride bell", 700, 11000, 3.0, seconds=0.25, air=0.08, ping=(780, 1320, 2080, 3320)),
    54: _plain(lambda: drums.shaken("tambourine", 0.22, 4500, 13000, jingles=_JINGLES, attack=0.006)),
    56: _plain(lambda: drums.struck_metal("cowbell", (562, 845, 1750, 2630, 3900), 0.32, click=0.15, rate=27000)),
    58: _plain(lambda: drums.scraped("vibraslap", 0.5, 26)),
    60: _hand("high bongo", 420, 0.22, 0.2),
    61: _hand("low bongo", 300, 0.28, 0.2),
    62: _hand("muted conga", 262, 0.12, 0.4),
    63: _hand("open conga", 220, 0.5, 0.15),
    65: _hand("high timbale", 440, 0.5, 0.35),
    67: lambda: drums.rung_metal("high agogo", (910, 1370, 2440, 3730), 0.35),
    69: _plain(lambda: drums.shaken("cabasa", 0.13, 3500, 13000, attack=0.02)),
    70: _plain(lambda: drums.shaken("maracas", 0.08, 4000, 13500, attack=0.008)),
    71: _plain(lambda: drums.chirped("short whistle", 2250, 2350, 0.14, 0.1)),
    72: _plain(lambda: drums.chirped("long whistle", 2250, 2300, 0.45, 0.1)),
    73: _plain(lambda: drums.scraped("short guiro", 0.09, 10)),
    74: _plain(lambda: drums.scraped("long guiro", 0.32, 26)),
    75: _plain(lambda: drums.struck_metal("claves", (2480, 5900), 0.09, click=0.1, rate=22050)),
    76: _block("high block", 1150),
    77: _block("low block", 840),
    78: _plain(lambda: drums.chirped("muted cuica", 620, 470, 0.13)),
    79: _plain(lambda: drums.chirped("open cuica", 480, 800, 0.24)),
    80: _plain(lambda: drums.struck_metal("muted triangle", (2960, 5240, 8100, 11200), 0.12)),
    81: lambda: drums.rung_metal("open triangle", (2960, 5240, 8100, 11200, 13900), 1.6, dull=-0.2),
    82: _plain(lambda: drums.shaken("shaker", 0.1, 4500, 13500, attack=0.02)),
    83: _plain(lambda: drums.shaken("jingle bells", 0.35, 6000, 13500, jingles=(4100, 4900, 6300, 7900), attack=0.01)),
    84: lambda: drums.rung_metal("bell tree", (3900, 5300, 6200, 7700, 9800, 12100), 1.2),
    85: _plain(lambda: drums.struck_metal("castanets", (1900, 3300), 0.05, click=0.4, rate=27000)),
    86: _plain(lambda: drums.kick("muted surdo", 72, 0.2, 0.05, boom=1.2)),
    87: _plain(lambda: drums.kick("open surdo", 66, 0.8, 0.04, boom=1.15)),
}

_ROOM = {
    36: _plain(lambda: drums.kick("room kick", 52, 0.5, 0.12)),
    38: _plain(lambda: drums.snare("room snare", 180, body=0.8, wires=0.45, fall=0.42)),
}

_POWER = {
    35: _plain(lambda: drums.kick("power kick two", 48, 0.5, 0.22, boom=2.6)),
    36: _plain(lambda: drums.kick("power kick", 56, 0.42, 0.34, boom=2.8)),
    38: _plain(lambda: drums.snare("power snare", 176, body=1.1, wires=0.6, fall=0.42, bright=10500)),
    41: _tom("power tom 1", 66, 1.2),
    45: _tom("power tom 3", 96, 1.05),
    48: _tom("power tom 5", 138, 0.9),
}

_MACHINE = {
    35: _plain(lambda: drums.kick("machine kick two", 44, 0.9, 0.06, boom=1.6, drop=0.03)),
    36: _plain(lambda: drums.kick("machine kick", 50, 0.6, 0.1, boom=1.8, drop=0.03)),
    37: _plain(lambda: drums.struck_metal("machine rim", (1720, 480), 0.03, click=0.2, rate=27000)),
    38: _plain(lambda: drums.snare("machine snare", 210, body=0.5, wires=0.5, fall=0.2)),
    39: _plain(lambda: drums.clap("machine clap", 0.25)),
    40: _plain(lambda: drums.snare("machine snare two", 240, body=0.4, wires=0.6, fall=0.16)),
    42: _plain(lambda: drums.hat("machine closed hat", 0.14, low=6500, tight=0.4)),
    46: _plain(lambda: drums.hat("machine open hat", 0.6, low=6500, tight=0.4)),
    41: _plain(lambda: drums.kick("machine tom 1", 84, 0.5, 0.02, boom=0.75, drop=0.06)),
    45: _plain(lambda: drums.kick("machine tom 3", 124, 0.42, 0.02, boom=0.75, drop=0.06)),
    48: _plain(lambda: drums.kick("machine tom 5", 180, 0.34, 0.02, boom=0.75, drop=0.06)),
    56: _plain(lambda: drums.struck_metal("machine cowbell", (540, 800, 1620, 2400), 0.25, click=0.05, rate=27000)),
}

_JAZZ = {
    36: _plain(lambda: drums.kick("jazz kick", 64, 0.34, 0.06, boom=1.5)),
    38: _plain(lambda: drums.snare("jazz snare", 205, body=0.55, wires=0.34, fall=0.2)),
}

_BRUSHES = {
    36: _JAZZ[36],
    38: _plain(lambda: drums.brushed("brush tap", 0.18, 900, 9000, 0.003)),
    39: _plain(lambda: drums.brushed("brush slap", 0.14, 1200, 10000, 0.001)),
    40: _plain(lambda: drums.brushed("brush swirl", 0.5, 1200, 8000, 0.12)),
}

_ORCHESTRA = {
    27: _STANDARD[42],
    28: _STANDARD[44],
    29: _STANDARD[46],
    30: _STANDARD[51],
    35: _plain(lambda: drums.kick("concert bass drum", 40, 1.5, 0.02, boom=1.25, drop=0.03)),
    36: _plain(lambda: drums.kick("concert bass drum two", 46, 1.2, 0.04, boom=1.3, drop=0.03)),
    38: _plain(lambda: drums.snare("concert snare", 196, body=0.6, wires=0.42, fall=0.32)),
    39: _STANDARD[85],
    40: _plain(lambda: drums.snare("concert snare two", 215, body=0.5, wires=0.46, fall=0.26)),
    57: lambda: drums.cymbal("clashed cymbals", 260, 15000, 4.5, seconds=0.45, air=0.6, bloom=0.06),
}

_TUNED: Mapping[int, tuple[int, float, float]] = {
    43: (41, 300, 1.0),
    47: (45, 270, 1.0),
    50: (48, 320, 1.0),
    55: (49, 650, 0.45),
    57: (49, -230, 1.1),
    59: (51, -260, 1.1),
    64: (63, -500, 1.0),
    66: (65, -550, 1.0),
    68: (67, -500, 1.0),
}
"""Keys that have another key's sound, tuned by some cents and ringing so many times as long."""

KETTLES = range(41, 54)
"""Keys of the orchestra's timpani, from F2."""

_Contact = tuple[Callable[[], Tone], float]
"""What a skin is struck with, and how loud it is beside the skin, in decibels."""

_BASS_DRUMS, _TOMS = (35, 36), (41, 43, 45, 47, 48, 50)

_CONTACTS: Mapping[int, _Contact] = {
    **dict.fromkeys(_BASS_DRUMS, (drums.beater, -14.5)),
    **dict.fromkeys(_TOMS, (drums.stick, -9.5)),
}
"""High and short beside skins that are stored low and long; one sample for all."""

_CONTACTS_OF: Mapping[str, Mapping[int, _Contact]] = {
    "standard": _CONTACTS,
    "room": _CONTACTS,
    "power": {
        **dict.fromkeys(_BASS_DRUMS, (drums.beater, -9.0)),
        **dict.fromkeys(_TOMS, (drums.stick, -7.5)),
    },
    "machine": {},
    "jazz": _CONTACTS,
    "brushes": {},
    "orchestra": {
        **dict.fromkeys(_BASS_DRUMS, (drums.mallet, -21.0)),
        **dict.fromkeys(KETTLES, (drums.mallet, -23.0)),
    },
}

_Air = tuple[float, float, float]
"""How loud a sound's air is beside it, in decibels; seconds until it is there, and in which it falls by 100 dB."""

_HAT_AIR, _FOOT_AIR, _OPEN_AIR, _RIDE_AIR = (-5.0, 0.0, 0.3), (-4.0, 0.004, 0.14), (-6.0, 0.0, 1.0), (-6.0, 0.0, 1.6)

_AIR: Mapping[int, _Air] = {
    42: _HAT_AIR,
    44: _FOOT_AIR,
    46: _OPEN_AIR,
    49: (-7.0, 0.0, 1.8),
    51: _RIDE_AIR,
    53: (-9.0, 0.0, 1.2),
    54: (-3.0, 0.006, 0.25),
    55: (-6.0, 0.0, 1.0),
    57: (-7.0, 0.0, 1.8),
    59: _RIDE_AIR,
    69: (-3.0, 0.02, 0.15),
    70: (-3.0, 0.008, 0.1),
    82: (-3.0, 0.02, 0.12),
    83: (-3.0, 0.01, 0.4),
}
"""Metal and seeds, whose samples end at 13 to 15 kHz; high partials die away first."""

_CYMBALS = (49, 51, 53, 55, 57, 59)

_ORCHESTRA_AIR = {27: _HAT_AIR, 28: _FOOT_AIR, 29: _OPEN_AIR, 30: _RIDE_AIR} | {
    key: air for key, air in _AIR.items() if key not in KETTLES
}

_AIR_OF: Mapping[str, Mapping[int, _Air]] = {
    "standard": _AIR,
    "room": {key: air for key, air in _AIR.items() if key not in _CYMBALS},
    "power": {},
    "machine": {},
    "jazz": _AIR,
    "brushes": _AIR,
    "orchestra": _ORCHESTRA_AIR,
}
"""Loud bands and machines have enough of it, and a loud band in a room but for its hats and shakers."""

_CLEAR = (81, 84)
"""Bells that keep their highest partials."""

_RELEASE = 2.5
"""Seconds for 100 dB: drums ring on when their short notes end."""


_TABLES: Mapping[str, Mapping[int, Callable[[], Stroke]]] = {
    "standard": _STANDARD,
    "room": _ROOM,
    "power": _POWER,
    "machine": _MACHINE,
    "jazz": _JAZZ,
    "brushes": _BRUSHES,
    "orchestra": _ORCHESTRA,
}


@cache
def _contact(make: Callable[[], Tone]) -> Tone:
    """A contact's tone, made once."""
    return make()


@cache
def _sound(make: Callable[[], Stroke]) -> Stroke:
    """A sound, made once however many kits have it."""
    return make()


def kit(name: str) -> Voice:
    """A kit: what its table has, and the standard kit's sounds on the other keys."""
    sounds = {**_STANDARD, **_TABLES[name]}
    keys = sorted({*sounds, *_TUNED})
    chokes = _ORCHESTRA_CHOKES if name == "orchestra" else _CHOKES
    struck = tuple(_region(key, sounds, chokes) for key in keys if name != "orchestra" or key not in KETTLES)
    skins = struck + (_kettles() if name == "orchestra" else ())
    contacts = tuple(_contacts(key, skins, contact) for key, contact in _CONTACTS_OF[name].items())
    return skins + contacts + tuple(_air(key, skins, air) for key, air in _AIR_OF[name].items())


def _air(key: int, struck: Voice, air: _Air) -> Region:
    """The air about a sound, where it lies, and cut off with it."""
    gain, attack, decay = air
    sound = next(region for region in struck if region.keys[0] <= key <= region.keys[1])
    shape = Shape(attack=attack, decay=decay, sustain_db=100, release=min(decay, _RELEASE))
    dying = Filter(19000, 1200)
    return replace(sound, tone=_contact(drums.air), shape=shape, filter=dying, gain_db=gain, tune=0.0)


def _contacts(key: int, skins: Voice, contact: _Contact) -> Region:
    """The contact's own layer, where its skin lies; it is more of a hard stroke than of a soft one."""
    make, gain = contact
    skin = next(region for region in skins if region.keys[0] <= key <= region.keys[1])
    dying = Filter(16000, 4800)
    return Region(_contact(make), (key, key), filter=dying, gain_db=gain, pan=skin.pan, fixed=True)


def _region(key: int, sounds: Mapping[int, Callable[[], Stroke]], chokes: Mapping[int, int]) -> Region:
    source, cents, longer = (key, 0.0, 1.0) if key in sounds else _TUNED[key]
    tone, decay = _sound(sounds[source])
    # Metal that rings long loses its highest partials first.
    metal = decay and source not in _CLEAR
    dying = Filter(3500, 1800, sweep=2600, sweep_decay=0.35 * decay * longer) if metal else Filter(16000, 1800)
    return Region(
        tone,
        (key, key),
        shape=Shape(decay=decay * longer, sustain_db=100 if decay else 0, release=max(decay, _RELEASE)),
        filter=dying,
        tune=cents,
        pan=_PANS.get(key, 0.0),
        choke=chokes.get(key, 0),
        fixed=True,
    )


def _kettles() -> Voice:
    """The timpani's tones for the orchestra's keys."""
    found = []
    for region in timpani():
        low, high = max(region.keys[0], KETTLES[0]), min(region.keys[1], KETTLES[-1])
        if low <= high:
            found.append(replace(region, keys=(low, high), shape=replace(region.shape, release=4.0)))
    return tuple(found)
