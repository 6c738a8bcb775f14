"""Event Stream Explorer: see what an event store holds, and how each state came to be.

``import es_desktop as es`` gives the Python API, which is loaded when its first name is used: see docs/api.md.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .api import *


def __getattr__(name: str) -> Any:
    # A folder is asked for, too, before Python imports it: that does not load the API.
    if not name.startswith("_") and find_spec(f"{__name__}.{name}") is None:
        from . import api

        if name in api.__all__:
            return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from . import api

    return sorted([*globals(), *api.__all__])
