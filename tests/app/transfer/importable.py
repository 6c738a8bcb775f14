"""Lines of files to import, valid and invalid."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

GivenFile = Callable[[bytes], Path]
"""Makes a file of a content."""
HEADER = b'{"kind":"format","format":"es-desktop records","version":1}\n'
LINE = b'{"kind":"event","sequence":"a","sequence_type":"text","version":0,"topic":"t","data":{}}\n'
OWN: dict[str, Any] = {"esdbkind": "event", "esdbidtype": "text", "esdbid": "a", "esdbversion": "0", "esdbtopic": "t"}


def cloud_event(**attributes: Any) -> bytes:
    """Return a line with an event of another program; attributes replace the defaults, ``None`` leaves one out."""
    whole = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "com.shop.paid", **attributes}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode() + b"\n"


def changed(**fields: Any) -> bytes:
    """Return the line of a record with some fields changed; ``None`` leaves one out."""
    whole = {**json.loads(LINE), **fields}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
