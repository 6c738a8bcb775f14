"""Texts for the histories: names of people, cities, products and problems, and random choices of them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, Final

_FIRST_NAMES: Final = (
    *("Aïcha", "Anton", "Beatriz", "Bogdan", "Chiara", "Daniel", "Dilnoza", "Elif", "Emma", "Farid"),
    *("Grace", "Hanna", "Ivan", "Jonas", "Kateryna", "Kofi", "Lena", "Łukasz", "Maja", "Mehmet"),
    *("Nadia", "Ngọc", "Oskar", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Ursula", "Yuki", "Zoë"),
)
_LAST_NAMES: Final = (
    *("Abara", "Almeida", "Berg", "Bianchi", "Choudhury", "Dvořák", "Eriksen", "Fontaine", "Grünwald"),
    *("Haddad", "Ito", "Janssen", "Kowalczyk", "Lindqvist", "Moreau", "Nowak", "Okafor", "Pérez"),
    *("Rossi", "Sato", "Schäfer", "Taylor", "Tran", "Ünal", "Vega", "Walsh", "Öztürk", "Zielińska"),
)
_STREETS: Final = (
    *("Birkenweg", "Canal Street", "Calle del Olmo", "Harbour Road", "Kirkegata", "Lindenallee"),
    *("Mill Lane", "Orchard Close", "Rue des Tilleuls", "Strada Nuova", "Ulica Długa", "Waterkant"),
)
_CITIES: Final = (
    ("1017", "Amsterdam", "NL"),
    ("10115", "Berlin", "DE"),
    ("0150", "Oslo", "NO"),
    ("28004", "Madrid", "ES"),
    ("31-005", "Kraków", "PL"),
    ("50674", "Köln", "DE"),
    ("69002", "Lyon", "FR"),
    ("8001", "Zürich", "CH"),
    ("BS1 4DJ", "Bristol", "GB"),
    ("D02 X285", "Dublin", "IE"),
    ("40126", "Bologna", "IT"),
    ("413 01", "Göteborg", "SE"),
)
PRODUCTS: Final = (
    ("BAG-2210", "Canvas bag", Decimal("24.50")),
    ("BOT-0501", "Steel bottle, 0.5 l", Decimal("19.90")),
    ("BRD-1120", "Cutting board, oak", Decimal("34.00")),
    ("CAN-0304", "Beeswax candle", Decimal("7.80")),
    ("COF-1000", "Coffee beans, 1 kg", Decimal("21.40")),
    ("CUP-0012", "Espresso cup", Decimal("9.50")),
    ("DSK-4471", "Desk lamp", Decimal("59.00")),
    ("GLV-0077", "Garden gloves", Decimal("12.95")),
    ("HDP-8120", "Headphones", Decimal("129.00")),
    ("JAR-0750", "Preserving jar", Decimal("4.20")),
    ("KNF-0180", "Chef's knife, 18 cm", Decimal("74.90")),
    ("LMP-E027", "LED bulb, warm", Decimal("5.99")),
    ("MUG-0330", "Stoneware mug", Decimal("13.50")),
    ("NTB-A005", "Notebook, dotted", Decimal("8.40")),
    ("PEN-0700", "Fountain pen", Decimal("38.00")),
    ("PLT-2400", "Dinner plate", Decimal("15.75")),
    ("RUG-1409", "Wool rug, 140 × 90", Decimal("189.00")),
    ("SCF-0031", "Merino scarf", Decimal("45.00")),
    ("SEE-0118", "Wildflower seeds", Decimal("3.30")),
    ("TEA-0250", "Sencha tea, 250 g", Decimal("16.20")),
    ("TWL-5010", "Linen towel", Decimal("22.00")),
    ("UMB-9006", "Umbrella", Decimal("31.60")),
    ("VAS-2704", "Vase, blue glaze", Decimal("42.50")),
    ("WTC-3310", "Wall clock", Decimal("54.00")),
)
ORDER_NOTES: Final = (
    *("Please ring twice.", "Leave it with the neighbour.", "No plastic, please.", "For the third floor."),
    *("Joyeux anniversaire, maman !", "Call before delivery.", "Bitte an der Hintertür abgeben."),
)
CARRIERS: Final = ("DHL", "DPD", "GLS", "PostNord", "UPS")
PAYMENT_METHODS: Final = ("card", "invoice", "PayPal", "transfer", "voucher")
CANCEL_REASONS: Final = (
    *("ordered twice", "found it cheaper", "out of stock", "changed my mind", "would come too late"),
)
SHOPS: Final = (
    *("Bakery Krume", "Café Ångström", "City Transport", "Corner Pharmacy", "Farmers' Market"),
    *("Filling Station 12", "Hardware Moser", "La Huerta", "Night Owl Books", "Railway"),
    *("Supermarket Nord", "Trattoria Due Fratelli"),
)
LANDLORDS: Final = ("Allee 14 Housing", "Brightwater Lettings", "Wohnbau Süd eG")
EMPLOYERS: Final = ("Atelier Lumière", "Harbour Logistics", "Nordwind GmbH", "St. Anne's Hospital")
WHOLESALERS: Final = ("Ceramics Kovač", "Hofmann & Töchter", "Lagoa Importação", "Tea House Uji")
_SUBJECTS: Final = (
    *("The export", "The invoice PDF", "The login page", "The mobile app", "The monthly report"),
    *("The password mail", "The price list", "The search", "The stock count", "The warehouse scanner"),
)
_SYMPTOMS: Final = (
    *("asks for the same thing twice", "comes out empty", "forgets the currency", "is slow after lunch"),
    *("loses the last row", "shows yesterday's numbers", "stops at 99 %", "turns “é” into “Ã©”"),
)
TAGS: Final = ("billing", "export", "login", "mobile", "performance", "printing", "search", "unicode")
COMMENTS: Final = (
    *("I can reproduce it with the attached file.", "It works for me in another browser.", "Any news?"),
    *("Seen it again this morning, at about 9:40.", "Only happens with more than 1,000 rows."),
    *("The log says “connection reset”.", "Could you send a screenshot?", "Thank you, that helped a little."),
    *("Das passiert nur mit Umlauten im Namen.", "Same here, since the last update."),
    *("I have asked the warehouse; they see it too.", "Waiting for the customer's answer."),
    *("A restart helps for an hour or so.", "Merci, c'est beaucoup mieux !", "The fix is in review."),
)
ESCALATIONS: Final = ("A second customer is affected.", "Payroll depends on it.", "No answer for two days.")
RESOLUTIONS: Final = (
    *("Fixed in the nightly release.", "The cache is cleared on every import now.", "The index was missing."),
    *("The file was damaged; a new one was sent.", "Explained how to do it.", "Timeout raised to 30 s."),
)
REOPENINGS: Final = ("It is back.", "Still happens on the old phones.", "Only half of it is fixed.")


def person(rng: Random) -> str:
    """Return the name of a person."""
    return f"{rng.choice(_FIRST_NAMES)} {rng.choice(_LAST_NAMES)}"


def address(rng: Random, recipient: str) -> dict[str, Any]:
    """Return a postal address of a person."""
    postcode, city, country = rng.choice(_CITIES)
    return {
        "recipient": recipient,
        "street": f"{rng.choice(_STREETS)} {rng.randint(1, 140)}",
        "place": {"postcode": postcode, "city": city, "country": country},
    }


def problem(rng: Random) -> str:
    """Return a problem in one line."""
    return f"{rng.choice(_SUBJECTS)} {rng.choice(_SYMPTOMS)}"


def money(rng: Random, low: float, high: float) -> Decimal:
    """Return an amount with two decimal places, from low to high; small ones are more frequent."""
    return Decimal(round(rng.triangular(low, high, low) * 100)).scaleb(-2)


def tracking_number(rng: Random) -> str:
    """Return a random tracking number of a parcel."""
    return f"{rng.choice('JRX')}{rng.choice('DJX')}{rng.randrange(10**9, 10**10)}"
