"""Build every artefact of a release for this system into dist/, and check it: ``python3 run.py release``.

All is built from the commit that is checked out, and from nothing else. The version is that of its tag (``v0.2.0``);
without a tag it is one of development (``0.2.0.dev1850+g1a2b3c4``), of which packages are built as well.
"""

import argparse
import gzip
import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

from check import check_folder, check_sdist, unpack

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
WORK = ROOT / "build" / "release"
NAME = "es-desktop"
MACHINE = platform.machine().lower().replace("amd64", "x86_64")
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}


def say(text: str) -> None:
    print(f"release: {text}", flush=True)


def run(*line: object, cwd: Path = ROOT, **environ: str) -> str:
    """Run a command, and return what it prints; if it fails, the build ends with its messages."""
    done = subprocess.run([*map(str, line)], cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"release: {' '.join(map(str, line))} failed.\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def version_here() -> str:
    """Return the version of the tag of HEAD; without one, that of the package with the number of the commit."""
    tags = [each for each in run("git", "tag", "--points-at", "HEAD").split() if re.fullmatch(r"v\d+(\.\d+)+\S*", each)]
    if tags:
        return tags[-1][1:]
    text = (ROOT / "es_desktop" / "version.py").read_text("utf-8")
    count, commit = run("git", "rev-list", "--count", "HEAD"), run("git", "rev-parse", "--short", "HEAD")
    return re.search(r'__version__ = "([\d.]+)', text)[1] + f".dev{count}+g{commit}"


def export(version: str) -> Path:
    """Write the files of HEAD into a folder of their own, with the version, and return it."""
    shutil.rmtree(WORK, ignore_errors=True)
    source = WORK / "source"
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        unpack(archive, source)
    module = source / "es_desktop" / "version.py"
    module.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', module.read_text("utf-8")), "utf-8")
    return source


def build_python(source: Path) -> tuple[Path, Path, Path]:
    """Build the sdist and the wheel; return them, and a folder in which the wheel is installed."""
    run(sys.executable, "-m", "hatchling", "build", "--directory", DIST, cwd=source)
    (sdist,), (wheel,) = DIST.glob("*.tar.gz"), DIST.glob("*.whl")
    site = WORK / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-deps", "--target", site, wheel)
    return sdist, wheel, site


def build_folder(source: Path, site: Path) -> Path:
    """Build the program as a folder (on macOS beside a bundle) of what the wheel has installed."""
    places = ["--distpath", WORK / "packaged", "--workpath", WORK / "pyinstaller"]
    line = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=ERROR", *places, "build.spec"]
    run(*line, cwd=source, PYTHONPATH=str(site))
    return WORK / "packaged" / NAME


def pack(folder: Path, name: str) -> Path:
    """Pack the folder: .tar.xz on Linux, .zip elsewhere."""
    if not sys.platform.startswith("linux"):
        return Path(shutil.make_archive(str(DIST / name), "zip", folder.parent, folder.name))
    path = DIST / f"{name}.tar.xz"
    named = f"--transform=s,^{folder.name},{name},S"  # but not what symbolic links point to
    owned = ["--owner=root:0", "--group=root:0"]
    run("tar", named, *owned, "-I", "xz -9 -T0", "-C", folder.parent, "-cf", path, folder.name)
    return path


def build_tree(folder: Path, site: Path, root: Path) -> None:
    """Write the files as they are installed below a root: the program, its command, and what desktops read."""
    shutil.copytree(folder, root / "usr" / "lib" / NAME, symlinks=True)
    shutil.copytree(site / "share", root / "usr" / "share")
    page = root / "usr" / "share" / "man" / "man1" / f"{NAME}.1"
    page.with_name(f"{page.name}.gz").write_bytes(gzip.compress(page.read_bytes(), mtime=0))
    page.unlink()
    command = root / "usr" / "bin" / NAME
    command.parent.mkdir()
    command.symlink_to(f"../lib/{NAME}/{NAME}")


def build_deb(folder: Path, site: Path, version: str, libc: str) -> Path:
    """Build a package for Debian and Ubuntu."""
    sys.path.insert(0, str(ROOT))
    from es_desktop.app.runtime.display import QT_LIBRARIES

    root = WORK / "deb"
    build_tree(folder, site, root)
    docs = root / "usr" / "share" / "doc" / NAME
    docs.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "copyright", docs)
    depends = [f"libc6 (>= {libc})", "libstdc++6", "libx11-6", "libx11-xcb1", "zlib1g", *sorted(QT_LIBRARIES.values())]
    size = sum(each.stat().st_size for each in root.rglob("*") if each.is_file() and not each.is_symlink()) // 1024
    control = (ROOT / "release" / "control").read_text("utf-8")
    (root / "DEBIAN").mkdir()
    # A version of development is older than the release: 0.2.0~dev1850.
    number = version.replace(".dev", "~dev")
    filled = control.format(version=number, machine=DEBIAN[MACHINE], size=size, depends=", ".join(depends))
    (root / "DEBIAN" / "control").write_text(filled, "utf-8")
    path = DIST / f"{NAME}_{number}_{DEBIAN[MACHINE]}.deb"
    run("chmod", "-R", "u=rwX,go=rX", root)
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", root, path)
    return path


def build_appimage(folder: Path, site: Path, name: str) -> Path | None:
    """Build an AppImage if its tool is on this machine; its runtime is in no package registry."""
    root = WORK / "AppDir"
    build_tree(folder, site, root)
    (root / "AppRun").symlink_to(f"usr/bin/{NAME}")
    shutil.copy(site / "share" / "applications" / f"{NAME}.desktop", root)
    shutil.copy(site / "share" / "icons" / "hicolor" / "256x256" / "apps" / f"{NAME}.png", root)
    (root / ".DirIcon").symlink_to(f"{NAME}.png")
    if shutil.which("appimagetool") is None:
        say(f"no AppImage: there is no appimagetool. With it: ARCH={MACHINE} appimagetool {root.relative_to(ROOT)}")
        return None
    path = DIST / f"{name}.AppImage"
    run("appimagetool", root, path, ARCH=MACHINE)
    return path


def build_setup(folder: Path, version: str) -> Iterable[Path]:
    """Build the installer for Windows if Inno Setup is on this machine."""
    if shutil.which("iscc") is None:
        say("no installer: there is no iscc of Inno Setup")
        return []
    run("iscc", f"/DVersion={version}", f"/DFolder={folder}", ROOT / "release" / f"{NAME}.iss")
    return DIST.glob("*-setup.exe")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-tests", action="store_true", help="do not run the tests from the sdist")
    args = parser.parse_args()
    version = version_here()
    say(f"version {version}; only what is committed is built")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    source = export(version)
    sdist, wheel, site = build_python(source)
    built = [sdist, wheel]
    say("sdist and wheel are built; the packaged program takes some minutes")
    folder = build_folder(source, site)
    libc = check_folder(folder, version)
    name = f"{NAME}-{version}-{ {'darwin': 'macos', 'win32': 'windows'}.get(sys.platform, 'linux') }-{MACHINE}"
    bundle = folder.with_name("Event Stream Explorer.app")
    built.append(pack(bundle if bundle.exists() else folder, name))
    if shutil.which("dpkg-deb"):
        built.append(build_deb(folder, site, version, libc))
    if sys.platform.startswith("linux"):
        built += filter(None, [build_appimage(folder, site, name)])
    if sys.platform == "win32":
        built += build_setup(folder, version)
    if not args.no_tests:
        say("the tests run from the sdist")
        check_sdist(sdist, WORK)
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in built]
    (DIST / "SHA256SUMS").write_text("".join(sums), "utf-8")
    for each in built:
        say(f"{each.stat().st_size / 1e6:6.1f} MB  dist/{each.name}")


if __name__ == "__main__":
    main()
