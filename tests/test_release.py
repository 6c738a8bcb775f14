"""What a release is made of: the files for systems that are not here are whole, and agree with the program."""

from __future__ import annotations

import plistlib
import re
import runpy
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from es_desktop import __version__

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WORKFLOWS = ROOT / ".github" / "workflows"
in_a_clone = pytest.mark.skipif(not WORKFLOWS.exists(), reason="an sdist has neither workflows nor fragments")


def test_the_bundle_of_macos_opens_stores_and_links() -> None:
    found = plistlib.loads((ROOT / "release" / "Info.plist").read_bytes())
    (kind,), (document,), (link,) = (
        found[each] for each in ("UTExportedTypeDeclarations", "CFBundleDocumentTypes", "CFBundleURLTypes")
    )
    assert kind["UTTypeTagSpecification"]["public.filename-extension"] == ["esdb"]
    assert document["LSItemContentTypes"] == [kind["UTTypeIdentifier"]]
    assert link["CFBundleURLSchemes"] == ["esdb"]
    assert (ROOT / "resources" / "app.icns").read_bytes()[:4] == b"icns"


def test_the_installer_of_windows_uses_what_the_build_makes() -> None:
    text = (ROOT / "release" / "es-desktop.iss").read_text("utf-8")
    spec = (ROOT / "build.spec").read_text("utf-8")
    assert {*re.findall(r"es-desktopw?\.exe", text)} == {"es-desktopw.exe"}
    assert 'program("es-desktopw", console=False)' in spec
    for path in re.findall(r"=\.\.\\([\w\\.]+)$", text, re.MULTILINE):
        assert path == "dist" or (ROOT / path.replace("\\", "/")).exists()
    assert {"es-desktop.store", "esdb"} <= {*re.findall(r"Software\\Classes\\([\w.-]+)", text)}


def test_the_page_on_installing_names_the_packages_of_this_version() -> None:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    (number,) = {*re.findall(r"es[_-]desktop[_-](\d[\d.]*\d)", text)}
    assert re.match(r"[\d.]*\d", __version__)[0] == number  # type: ignore[index]


@in_a_clone
def test_the_workflows_try_each_python_on_each_system() -> None:
    found: dict[str, Any] = {each.stem: yaml.safe_load(each.read_text("utf-8")) for each in WORKFLOWS.glob("*.yml")}
    matrix = found["tests"]["jobs"]["tests"]["strategy"]["matrix"]
    named = [each.rpartition(" ")[2] for each in PROJECT["project"]["classifiers"] if ":: 3." in each]
    assert matrix["python"] == named
    assert [each.partition("-")[0] for each in matrix["system"]] == ["ubuntu", "macos", "windows"]


@in_a_clone
def test_each_fragment_of_the_changelog_has_a_heading() -> None:
    headings = {each["directory"] for each in PROJECT["tool"]["towncrier"]["type"]}
    names = [each.name for each in (ROOT / PROJECT["tool"]["towncrier"]["directory"]).glob("*.md")]
    assert [each for each in names if each.split(".")[-2] not in headings] == []
    assert PROJECT["tool"]["towncrier"]["start_string"] in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_a_module_of_a_distribution_that_is_not_needed_ends_the_build() -> None:
    check = runpy.run_path(str(ROOT / "release" / "licences.py"))["check_modules"]
    check(
        ["json.decoder", "es_desktop.gui", "yaml", "yaml/_yaml.cpython-311-x86_64-linux-gnu.so"],
        ["es-desktop", "PyYAML"],
    )
    for module in ("_pytest.config", "yaml/_yaml.cpython-311-x86_64-linux-gnu.so"):
        with pytest.raises(SystemExit, match="does not need"):
            check([module], ["es-desktop"])


class OldTarFile(tarfile.TarFile):
    """As in Python 3.11.0 to 3.11.3, of which Debian 12 has one."""

    def extractall(self, path: Any = ".", members: Any = None) -> None:  # type: ignore[override]
        super().extractall(path, members)


@pytest.mark.parametrize("of_python", [tarfile.TarFile, OldTarFile])
def test_an_archive_is_unpacked_on_each_python(of_python: type[tarfile.TarFile], tmp_path: Path) -> None:
    packed = tmp_path / "packed.tar"
    with tarfile.open(packed, "w") as archive:
        archive.add(ROOT / "LICENSE", "one/LICENSE")
    with of_python.open(packed) as archive:
        runpy.run_path(str(ROOT / "release" / "check.py"))["unpack"](archive, tmp_path)
    assert (tmp_path / "one" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_of_the_data_of_icu_stays_how_each_language_sorts() -> None:
    unused = runpy.run_path(str(ROOT / "release" / "icu.py"))["UNUSED"]
    items = "coll/de.res coll/ucadata.icu root.res en_GB.res pool.res res_index.res supplementalData.res zone/root.res"
    assert [each for each in items.split() if unused.match(each)] == []
    items = "de.res zh_Hant_TW.res zone/de.res lang/de.res translit/root.res brkitr/ja.res unames.icu ibm-37.cnv"
    assert [each for each in items.split() if not unused.match(each)] == []
