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
    *(("1017", "Amsterdam", "NL"), ("10115", "Berlin", "DE"), ("0150", "Oslo", "NO")),
    *(("28004", "Madrid", "ES"), ("31-005", "Kraków", "PL"), ("50674", "Köln", "DE")),
    *(("69002", "Lyon", "FR"), ("8001", "Zürich", "CH"), ("BS1 4DJ", "Bristol", "GB")),
    *(("D02 X285", "Dublin", "IE"), ("40126", "Bologna", "IT"), ("413 01", "Göteborg", "SE")),
)
_PRICES: Final = (
    *(("BAG-2210", "Canvas bag", "24.50"), ("BOT-0501", "Steel bottle, 0.5 l", "19.90")),
    *(("BRD-1120", "Cutting board, oak", "34.00"), ("CAN-0304", "Beeswax candle", "7.80")),
    *(("COF-1000", "Coffee beans, 1 kg", "21.40"), ("CUP-0012", "Espresso cup", "9.50")),
    *(("DSK-4471", "Desk lamp", "59.00"), ("GLV-0077", "Garden gloves", "12.95")),
    *(("HDP-8120", "Headphones", "129.00"), ("JAR-0750", "Preserving jar", "4.20")),
    *(("KNF-0180", "Chef's knife, 18 cm", "74.90"), ("LMP-E027", "LED bulb, warm", "5.99")),
    *(("MUG-0330", "Stoneware mug", "13.50"), ("NTB-A005", "Notebook, dotted", "8.40")),
    *(("PEN-0700", "Fountain pen", "38.00"), ("PLT-2400", "Dinner plate", "15.75")),
    *(("RUG-1409", "Wool rug, 140 × 90", "189.00"), ("SCF-0031", "Merino scarf", "45.00")),
    *(("SEE-0118", "Wildflower seeds", "3.30"), ("TEA-0250", "Sencha tea, 250 g", "16.20")),
    *(("TWL-5010", "Linen towel", "22.00"), ("UMB-9006", "Umbrella", "31.60")),
    *(("VAS-2704", "Vase, blue glaze", "42.50"), ("WTC-3310", "Wall clock", "54.00")),
)
PRODUCTS: Final = tuple((sku, name, Decimal(price)) for sku, name, price in _PRICES)
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
SUBJECTS: Final = (
    *("The export", "The invoice PDF", "The login page", "The mobile app", "The monthly report"),
    *("The password mail", "The price list", "The search", "The stock count", "The warehouse scanner"),
)
SYMPTOMS: Final = (
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


def money(rng: Random, low: float, high: float) -> Decimal:
    """Return an amount with two decimal places, from low to high; small ones are more frequent."""
    return Decimal(round(rng.triangular(low, high, low) * 100)).scaleb(-2)
