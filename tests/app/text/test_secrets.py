"""Passwords in texts: none is shown, wherever a person has typed it; other texts stay as they are."""

from __future__ import annotations

import io
import logging

import pytest

from es_desktop.app.text.plain import without_secrets
from tests.patience import PATIENCE

SECRETS = (
    "postgresql://ana:tiger@db.example:5432/shop",
    "postgresql://ana:ti@tiger@db/shop",
    "postgresql://ana:ti/tiger@db/shop",
    "postgresql://ana@corp:tiger@db/shop",
    "postgresql://ana:ti tiger er@db/shop",
    "postgresql+psycopg://:tiger@db/shop",
    "postgresql:ana:tiger@db/shop",
    "postgresql:/ana:tiger@db/shop",
    "//ana:tiger@db/shop",
    "/ana:tiger@db/shop",
    "esdb:postgresql://ana:tiger@db/shop?entity=5f2c&at=17",
    "postgresql%3A%2F%2Fana%3Atiger%40db%2Fshop",
    "https://tiger@git.example/x",
    "https:/tiger@git.example/x",
    "postgresql://db/shop?password=tiger",
    "postgresql://db/shop?sslmode=require&password=ti tiger",
    "host=db user=ana password='ti tiger' dbname=shop",
    "PGPASSWORD=tiger",
)


@pytest.mark.parametrize("text", SECRETS)
def test_no_password_is_left_in_a_text(text: str) -> None:
    sentences = "there is no file {}. Check the name.", "No such file or directory: {!r}"
    for around in ("{}", *sentences, "<{}>\nnext@line", "--name={}"):
        assert "tiger" not in without_secrets(around.format(text))


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ana@db.example:5432/shop",
        'postgresql://ana%40corp@db:5432/shop cannot be read: password authentication failed for user "ana@corp"',
        "postgresql://db:5432/shop is not there; ask ana@corp",
        "no entity has an id that begins with 'user:ana@corp.com'",
        "order:17@3, mailto:ana@corp.com, /home/ana@corp/x.db, C:\\Users\\ana@corp\\x.db",
        "esdb:/home/a:b@c.esdb, esdb:/a@c.esdb",
        "https://registry.example/p/@scope/x",
        "the password is wrong",
        "a@b" * 100,
    ],
)
def test_a_text_without_one_stays(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.parametrize("text", ["a:/" * 33_000 + "@", "x://" * 25_000 + " @", "pass" * 25_000, "a:b@" * 25_000])
@pytest.mark.timeout(PATIENCE)
def test_no_text_takes_long(text: str) -> None:
    without_secrets(text * 3)


def test_the_log_has_none() -> None:
    from es_desktop.app.runtime.log import LOG_FORMATTER

    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.Logger("test")
    handler.setFormatter(LOG_FORMATTER)
    logger.addHandler(handler)
    try:
        raise FileNotFoundError(2, "No such file or directory", SECRETS[1])
    except FileNotFoundError:
        logger.exception("%s failed", SECRETS[0])
    assert "tiger" not in stream.getvalue() and "db.example" in stream.getvalue()
