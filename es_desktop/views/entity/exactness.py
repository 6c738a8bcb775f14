"""How the trust in a state is shown: a tone of ``Tokens.tone``, and what it means in a sentence."""

from __future__ import annotations

from typing import Final

from es_desktop.app.trust.trusting import Trust
from es_desktop.replay import Exactness

TONES: Final = {Exactness.EXACT: "green", Exactness.INFERRED: "amber", Exactness.BROKEN: "red"}
MEANINGS: Final = {
    Exactness.EXACT: "Rebuilt by the model's own code, or from kinds of event that are known.",
    Exactness.INFERRED: "The model's code is not here: this is the last value seen of each field.",
    Exactness.BROKEN: "A step failed, so this state and later ones lack what it did.",
}


def told_exactness(exactness: Exactness, trust: Trust | None) -> tuple[str, str]:
    """Return a word for how far a state can be trusted, and what it means; trusted code is named."""
    if trust is None or exactness is not Exactness.EXACT:
        return exactness.value, MEANINGS[exactness]
    return "exact (your code)", f"Rebuilt by your code: {trust.title} in {trust.folder}"
