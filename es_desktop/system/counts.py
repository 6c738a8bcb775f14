"""Numbers and counts as text, with the separators that the person has chosen."""

_separators = {",": ",", ".": "."}


def use_separators(group: str, decimal: str) -> None:
    """Have all numbers written with these from now on: between groups of three digits, and before the decimals."""
    _separators.update({",": group, ".": decimal})


def format_number(number: float, decimals: int = 0) -> str:
    """Return ``1,234`` or ``1,234.50``; as ``use_separators`` says also ``1.234,50`` or ``1234.50``.

    For counts, versions and durations. A value of a store is shown as it is, by ``format_value``.
    """
    text = f"{number:,}" if isinstance(number, int) and not decimals else f"{number:,.{decimals}f}"
    return "".join(_separators.get(each, each) for each in text)


def format_share(part: float, whole: float = 1) -> str:
    """Return a part of a whole as text: ``43 %``, ``0.3 %``, ``< 0.1 %``; ``0 %`` and ``100 %`` are just that."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.1:
        return f"< {format_number(0.1, 1)} %"
    if 99 < percent < 100:
        return f"{format_number(min(percent, 99.9), 1)} %"
    return f"{format_number(percent, int(0 < percent < 0.95))} %"


def count_text(number: int, noun: str = "item") -> str:
    """Return ``1 item``, ``3 items``, ``3 entities``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{format_number(number)} {noun if number == 1 else plural}"
