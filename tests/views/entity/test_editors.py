"""Values through the window: what a person chooses or types is what the store holds, of the very type."""

from __future__ import annotations

import enum
from collections import deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.fields import Field, ValueType, as_text, attribute_fields, value_type_of
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import TimestampedVersionedEntity, attribute
from es_desktop.examples import Example, Order, Ticket
from es_desktop.views.entity.change_dialog import ChangeDialog
from es_desktop.views.entity.editors import FieldEditor
from es_desktop.views.style.fields import ChoiceBox
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Word(enum.StrEnum):
    ONE = "one"
    TWO = "two"


class Number(enum.IntEnum):
    ONE = 1
    TWO = 2


class Right(enum.Flag):
    READ = 1
    WRITE = 2


ENUMS = (Colour, Word, Number, Right)
CHOICES: tuple[enum.Enum, ...] = (Colour.GREEN, Word.TWO, Number.TWO, Right.WRITE)
TYPED: tuple[Any, ...] = (
    "",
    "status",
    "a\nb\tc",
    "no\xa0break, line\u2028, paragraph\u2029",
    "x" * 40_000,
    0,
    2**31,
    -(2**53) - 1,
    2**64 + 1,
    10**30,
    0.1,
    1e22,
    -0.0,
    float("inf"),
    True,
    False,
    Decimal("1.10"),
    Decimal("-1E+400"),
    date(1, 1, 1),
    time(23, 59, 59, 999_999),
    time(1, 2, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    datetime(2026, 5, 31, 14, 30),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
    timedelta(days=-1, microseconds=1),
    timedelta(days=40, hours=3),
    UUID(int=1),
    b"",
    bytes(range(256)),
    None,
    [],
    (1, (2, "3")),
    {1, 2},
    frozenset({"a"}),
    deque([1, None]),
    {},
    {1: "one", (2, 3): Decimal("0.1")},
    {"UUID": "no id"},
    {"a": {"b": [{"c": (datetime(2026, 1, 1, tzinfo=UTC), b"\x00", {Number.ONE})}]}, "nbsp": "\xa0\u2028\u2029"},
    [Colour.RED, Word.ONE, 2**70, timedelta(1), True, 1, 1.0],
)


@pytest.fixture
def example(driver: Driver, tmp_path: Path) -> Driver:
    """A store of one example, which takes a value of any type as its ``foo``."""
    path = tmp_path / "values.esdb"
    session = create_session(str(path))
    Commands(session).create(Example, {"foo": "at first", "a": "", "b": ""})
    session.close()
    driver.open(path)
    learn(driver.workspace.session)
    driver.workspace.commander.set_frequency(None)
    return driver


def learn(session: Session | None) -> Session:
    """Let a session know the classes of the tests' values."""
    assert session is not None
    for each in ENUMS:
        session.classes.register(each)
    return session


def stored(driver: Driver) -> Any:
    found = learn(open_session(learn(driver.workspace.session).absolute_name))
    try:
        return found.repository[driver.workspace.selection.entity_id].foo
    finally:
        found.close()


def write(driver: Driver) -> Any:
    """Write what the open dialog holds; return what the store holds then."""
    dialog = driver.dialog(ChangeDialog)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    dialog.agree_button.click()
    driver.settle()
    assert not driver.answers.errors, driver.answers.errors
    return stored(driver)


def shape(value: Any) -> Any:
    """Return what two values share only where they are alike in type and content, all the way in."""
    if isinstance(value, (list, tuple, deque)):
        return type(value), [shape(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return type(value), {shape(each) if not isinstance(each, tuple) else each for each in value}
    if isinstance(value, dict):
        return type(value), [(shape(key), shape(each)) for key, each in value.items()]
    return type(value), repr(value) if isinstance(value, (float, Decimal)) else value


def open_with(driver: Driver, value: Any) -> FieldEditor:
    """Open the dialog on a value, as the menu of an earlier state does; return its editor."""
    view = driver.workspace.inspector.view
    assert view is not None
    driver.workspace.inspector.state.edited.emit(view.fields[0], value)
    editor = driver.dialog(ChangeDialog).editor
    assert editor is not None
    return editor


def fill(editor: FieldEditor, value: Any) -> None:
    """Give an editor a value as a person does: its type, and then its text or its index in the list."""
    value_types = next((each for each in editor.findChildren(ChoiceBox) if "Type of" in each.accessibleName()), None)
    if value_types is not None and not value_types.isHidden():
        value_types.setCurrentIndex(value_types.findText(value_type_of(value).value))
    line = editor.focusProxy()
    if isinstance(line, QComboBox):
        line.setCurrentIndex(line.findText("–" if value is None else as_text(value)))
    elif isinstance(line, QPlainTextEdit):
        line.setPlainText(as_text(value))
    elif isinstance(line, QLineEdit) and not line.isReadOnly():
        line.setText(as_text(value))


def test_a_value_that_is_typed_is_in_the_store_with_its_type(example: Driver) -> None:
    for value in TYPED:
        example.act("change")
        example.settle()
        editor = example.dialog(ChangeDialog).editor
        assert editor is not None
        fill(editor, value)
        assert shape(write(example)) == shape(value)


def test_a_value_that_is_typed_and_restored_is_in_the_store_with_its_type(example: Driver) -> None:
    for value in [*TYPED, *CHOICES, Right.READ | Right.WRITE, "\ud800", float("nan"), Decimal("NaN")]:
        open_with(example, value)
        assert shape(write(example)) == shape(value)


def test_a_member_of_an_enum_is_chosen_among_the_others(example: Driver) -> None:
    for value in CHOICES:
        fill(open_with(example, next(iter(type(value)))), value)
        assert shape(write(example)) == shape(value)


def test_the_channel_of_an_order_is_stored_as_a_channel(driver: Driver, tmp_path: Path) -> None:
    path = tmp_path / "order.esdb"
    session = create_session(str(path))
    order = Commands(session).create(Order, {"customer": "Zoë"}).entity_id
    session.close()
    driver.open(path)
    driver.act("change")
    driver.settle()
    dialog = driver.dialog(ChangeDialog)
    names = [field.name for field in driver.workspace.inspector.view.fields]  # type: ignore[union-attr]
    dialog.findChildren(ChoiceBox)[0].setCurrentIndex(names.index("channel"))
    assert dialog.editor is not None
    fill(dialog.editor, Order.Channel.SHOP)
    driver.qtbot.waitUntil(dialog.agree_button.isEnabled)
    dialog.agree_button.click()
    driver.settle()
    session = open_session(str(path))
    assert session.repository[order].channel is Order.Channel.SHOP
    session.close()


# What a model declares ------------------------------------------------------------------------------------------------


class Declared(TimestampedVersionedEntity):
    """One attribute for each way to declare one."""

    @attribute
    def text(self) -> str:
        """Declared."""

    @attribute
    def number(self) -> int:
        """Declared."""

    @attribute
    def amount(self) -> Decimal:
        """Declared."""

    @attribute
    def hour(self) -> time:
        """Declared."""

    @attribute
    def length(self) -> timedelta:
        """Declared."""

    @attribute
    def data(self) -> bytes:
        """Declared."""

    @attribute
    def pair(self) -> tuple[int, str]:
        """Declared."""

    @attribute
    def names(self) -> set[str]:
        """Declared."""

    @attribute
    def last(self) -> Optional[datetime]:  # noqa: UP045  the older spelling is still written
        """Declared."""

    @attribute
    def either(self) -> int | str:
        """Declared."""

    @attribute
    def word(self) -> Word | None:
        """Declared."""


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "", ""),
        ("number", str(2**63), 2**63),
        ("amount", "1.50", Decimal("1.50")),
        ("hour", "14:30", time(14, 30)),
        ("length", "1 day, 2:30:00", timedelta(days=1, hours=2, minutes=30)),
        ("length", "0:00:00.5", timedelta(milliseconds=500)),
        ("data", "48 65", b"He"),
        ("pair", '[1, "a"]', (1, "a")),
        ("names", '["a"]', {"a"}),
        ("last", "", None),
        ("last", "2026-05-31 14:30", datetime(2026, 5, 31, 14, 30)),
    ],
)
def test_what_is_typed_becomes_what_the_model_declares(qtbot: QtBot, name: str, text: str, value: Any) -> None:
    field = next(each for each in attribute_fields(Declared) if each.name == name)
    editor = FieldEditor(field, None)
    qtbot.addWidget(editor)
    line = editor.focusProxy()
    assert isinstance(line, QLineEdit | QPlainTextEdit)
    (line.setText if isinstance(line, QLineEdit) else line.setPlainText)(text)
    assert shape(editor.value()) == shape(value)


def test_a_value_of_one_of_several_types_keeps_its_own(qtbot: QtBot) -> None:
    fields = {each.name: each for each in attribute_fields(Declared)}
    for value, value_type in ((5, ValueType.INTEGER), ("5", ValueType.TEXT)):
        editor = FieldEditor(fields["either"], value)
        qtbot.addWidget(editor)
        assert shape(editor.value()) == shape(value)
        assert fields["either"].holding(value).value_type is value_type
    assert fields["word"].choices == tuple(Word) and fields["word"].optional


def test_a_value_that_the_model_does_not_declare_is_shown_and_kept(qtbot: QtBot) -> None:
    """Such as a text where a member of an enum is expected, which an older version of this program wrote."""
    field = next(each for each in attribute_fields(Ticket) if each.name == "priority")
    editor = FieldEditor(field, "high")
    qtbot.addWidget(editor)
    box = editor.focusProxy()
    assert isinstance(box, QComboBox) and box.currentText() == "high"
    assert editor.value() == "high"
    box.setCurrentIndex(0)
    assert editor.value() is field.choices[0]


TEXTS = st.text(max_size=8)
TREES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
)


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=TREES)
def test_any_text_inside_a_page_of_json_comes_back(qtbot: QtBot, value: Any) -> None:
    editor = FieldEditor(Field("x", ValueType.JSON), None)
    page = editor.focusProxy()
    assert isinstance(page, QPlainTextEdit)
    page.setPlainText(as_text([value]))
    assert shape(editor.value()) == shape([value])
    editor.deleteLater()
