"""Where things lie in a checkout, an installed wheel and a bundle."""

import sys
from pathlib import Path

import pytest

from bloodview.core import paths

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkout_uses_its_own_resources() -> None:
    assert paths.resources() == ROOT / "resources"
    assert paths.models() == ROOT / "resources" / "models"
    assert paths.sample() == ROOT / "resources" / "sample"


def test_an_installed_package_uses_what_the_wheel_carried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()  # somebody else's, beside the package
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "bloodview")
    assert paths.resources() == tmp_path / "bloodview" / "_resources"


def test_a_bundle_uses_the_folder_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_each_system_has_its_places(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.use_folder(None)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", classmethod(lambda _: tmp_path))
    places = [paths.user_data(), paths.cache(), paths.logs(), paths.user_models()]
    assert len(set(places)) == len(places)
    assert all(p.is_relative_to(tmp_path) and "bloodview" in str(p).lower() for p in places)


def test_a_test_never_sees_the_users_own_folder(user_folder: Path) -> None:
    assert paths.user_data().is_relative_to(user_folder)
    assert paths.cache().is_relative_to(user_folder)
