"""What the window remembers, in an INI file; and what a person prefers, in a file that the command line reads too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, QSettings

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import THEME
from es_desktop.app.runtime.places import PREFERENCES_FILE
from es_desktop.app.store.preview import StorePreview
from es_desktop.app.text.plain import without_secrets
from es_desktop.models.window_view import EXPLORE

if TYPE_CHECKING:
    from es_desktop.app.store.view import StoreView
    from es_desktop.app.trust.settings import RememberedTrust

_RECENT_KEPT: Final = 8
LAYOUT_VERSION: Final = 4
"""Of Explore. Increase it when docks are added or removed: a layout of another version is not restored."""


class Settings:
    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(file), QSettings.Format.IniFormat)
        kept = file.with_name(PREFERENCES_FILE)
        self.preferences = Preferences(kept)
        theme = self._text("look/theme", "system")
        if theme in ("light", "dark") and not kept.exists():  # of version 0.1
            self.preferences.set(THEME, theme)

    def sync(self) -> None:
        """Write what was set to the file now; Qt would at the latest when it deletes the object."""
        self._store.sync()

    @property
    def collapses_runs(self) -> bool:
        """Whether runs of equal events are one row of the timeline."""
        return self._text("timeline/runs", "folded") == "folded"

    @collapses_runs.setter
    def collapses_runs(self, collapses: bool) -> None:
        self._store.setValue("timeline/runs", "folded" if collapses else "unfolded")

    @property
    def geometry(self) -> QByteArray | None:
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)

    def layout_of(self, view: str) -> QByteArray | None:
        """Return how the docks of a view of the window stood the last time; ``None`` if unknown."""
        return self._bytes(_layout_key(view))

    def set_layout_of(self, view: str, layout: QByteArray) -> None:
        """Keep how the docks of a view of the window stand."""
        self._store.setValue(_layout_key(view), layout)

    @property
    def recent(self) -> list[str]:
        """The recent stores, the latest first."""
        found: Any = self._store.value("stores/recent", [])
        # ``QSettings`` returns a list of one as a text.
        kept = [found] if isinstance(found, str) else [str(each) for each in found or []]
        return [_name_of(each) for each in kept]

    def add_recent(self, store: str, scope: str | None = None) -> None:
        """Put a store first in the recent ones, with the part of it that is shown."""
        store = without_secrets(store)
        recent = [store, *(each for each in self.recent if each != store)]
        self._store.setValue("stores/recent", list(map(_kept_name, recent[:_RECENT_KEPT])))
        for forgotten in recent[_RECENT_KEPT:]:
            self._store.remove(f"scope/{_key(forgotten)}")
            self._store.remove(f"place/{_key(forgotten)}")
            self._store.remove(f"preview/{_key(forgotten)}")
            self._store.remove(f"view/{_key(forgotten)}")
        self._store.setValue(f"scope/{_key(store)}", scope or "")

    def last_scope_of(self, store: str) -> str | None:
        """Return the part of a recent store that was shown the last time; ``None`` for all of it."""
        return self._text(f"scope/{_key(store)}", "") or None

    def last_place_of(self, store: str) -> tuple[str, int] | None:
        """Return the id of the entity and the version that were shown the last time; ``None`` if unknown."""
        version, _, entity = self._text(f"place/{_key(store)}", "").partition(" ")
        return (entity, int(version)) if entity and version.removeprefix("-").isdecimal() else None

    def set_last_place_of(self, store: str, entity: str, version: int) -> None:
        """Save the entity and the version that are shown of a store."""
        self._store.setValue(f"place/{_key(without_secrets(store))}", f"{version} {entity}")

    def preview_of(self, store: str) -> StorePreview | None:
        """Return what is kept of a recent store for the start page; ``None`` for nothing."""
        return StorePreview.from_json(self._text(f"preview/{_key(store)}", ""))

    def set_preview_of(self, store: str, preview: StorePreview) -> None:
        """Keep what the start page shows of a store."""
        self._store.setValue(f"preview/{_key(without_secrets(store))}", preview.to_json())

    @property
    def tours_done(self) -> tuple[str, ...]:
        """The ids of the tours that were done to their end."""
        return tuple(self._text("tours/done", "").split())

    def offers_tour(self) -> bool:
        """Return whether a tour should be offered: once, and to nobody who did one."""
        is_first = not self.tours_done and self._text("tours/offered", "") == ""
        self._store.setValue("tours/offered", "yes")
        return is_first

    @property
    def offers_registration(self) -> bool:
        """Whether the person has not answered yet if the program is to be in the menus of the desktop."""
        return self._text("desktop/answered", "") == ""

    def set_registration_answered(self) -> None:
        """Keep that the person has answered it."""
        self._store.setValue("desktop/answered", "yes")

    def add_tour_done(self, tour: str) -> None:
        """Keep that a tour was done."""
        self._store.setValue("tours/done", " ".join(dict.fromkeys((*self.tours_done, tour))))

    def view_of(self, store: str) -> StoreView:
        """Return how a store was shown the last time; the default view if unknown."""
        from es_desktop.app.store.view import StoreView

        return StoreView.from_json(self._text(f"view/{_key(store)}", "")) or StoreView()

    def set_view_of(self, store: str, view: StoreView) -> None:
        """Save how a store is shown."""
        self._store.setValue(f"view/{_key(without_secrets(store))}", view.to_json())

    def frequency_of(self, store: str, default: int | None) -> int | None:
        """Return the saved snapshotting policy of a store (events between snapshots); ``None`` for off."""
        found = self._text(f"policy/{_key(store)}", "default")
        return default if found == "default" else int(found) if found.isdecimal() else None

    def set_frequency_of(self, store: str, frequency: int | None) -> None:
        """Save the snapshotting policy of a store."""
        self._store.setValue(f"policy/{_key(store)}", "off" if frequency is None else str(frequency))

    def trust_of(self, store: str) -> RememberedTrust | None:
        """Return the code that is remembered as trusted for a store; ``None`` for none."""
        from es_desktop.app.trust.settings import RememberedTrust

        found = self._text(f"trust/{_key(store)}", "")
        return RememberedTrust.from_json(found) if found else None

    def set_trust_of(self, store: str, remembered: RememberedTrust | None) -> None:
        """Remember trusted code for a store; ``None`` forgets it."""
        if remembered is None:
            self._store.remove(f"trust/{_key(store)}")
        else:
            self._store.setValue(f"trust/{_key(store)}", remembered.to_json())

    def _text(self, key: str, default: str) -> str:
        return str(self._store.value(key, default))

    def _bytes(self, key: str) -> QByteArray | None:
        found = self._store.value(key)
        return found if isinstance(found, QByteArray) else None


def _layout_key(view: str) -> str:
    # The layout of Explore has the name that it had when there were no other views.
    return "window/layout" if view == EXPLORE else f"window/layout-{view}"


def _kept_name(store: str) -> str:
    """Return a store as ``QSettings`` keeps it: bytes of a file name that are no text are escapes, or Qt loses them."""
    return store if store.isprintable() else json.dumps(store)


def _name_of(kept: str) -> str:
    try:
        return str(json.loads(kept)) if kept.startswith('"') else kept
    except ValueError:
        return kept


def _key(store: str) -> str:
    # A slash in a key makes a group.
    return store.replace("/", "|").replace("\\", "|")
