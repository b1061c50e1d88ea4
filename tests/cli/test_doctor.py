"""The doctor: what is there is told, what is missing comes with its cure, and the code says whether music can sound."""

from pathlib import Path

import pytest

from barwise import cli, doctor
from barwise.doctor import Finding
from barwise.errors import DeviceError
from barwise.playing.soundfont import house_soundfont
from tests.cli.conftest import Barwise

HEALTHY = (
    Finding("FluidSynth", found="2.3.1"),
    Finding("SoundFont", found="a.sf3"),
    Finding("Composer", found="network"),
)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        (HEALTHY, 0),
        ((*HEALTHY[:2], Finding("Composer", cure="no composer.onnx", substitute="the rules compose")), 0),
        ((Finding("FluidSynth", cure="not found; install it with: x"), *HEALTHY[1:]), 1),
    ],
)
def test_the_code_says_whether_music_can_sound(
    barwise: Barwise, monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], code: int
) -> None:
    monkeypatch.setattr(cli, "examine", lambda: findings)
    outcome = barwise("doctor")
    assert outcome.code == code
    assert all(finding.found in outcome.out and finding.cure in outcome.out for finding in findings)


def test_a_package_without_its_own_font_is_told_with_the_cure_though_another_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "house_soundfont", lambda: house_soundfont(tmp_path / "none.sf2"))
    finding = next(finding for finding in doctor.examine() if finding.subject == "House font")
    assert not finding.found
    assert "none.sf2 does not exist; reinstall barwise" in finding.cure
    assert "another font is used" in finding.substitute


def test_what_a_floor_misses_becomes_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise DeviceError("no FluidSynth; install it with: x")

    monkeypatch.setattr(doctor, "describe_library", missing)
    finding = next(finding for finding in doctor.examine() if finding.subject == "FluidSynth")
    assert (finding.found, finding.cure) == ("", "no FluidSynth; install it with: x")
