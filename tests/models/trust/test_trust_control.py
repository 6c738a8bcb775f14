"""Trust: states are folded again, each failure is reported once, and no code runs without a request."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.trust.fold import Trust
from es_desktop.app.trust.settings import RememberedTrust, code_digest
from es_desktop.models.trust.trust_control import ActiveTrust
from es_desktop.replay import BLOCK
from es_desktop.trusted import LIMITS
from tests.app.trust.trusting import ORDER, counting, fold_in, is_read, named_pipe, needs_named_pipes, shop_in
from tests.conftest import SAMPLES
from tests.models.working import Working

SHOP = Trust(SAMPLES, ("es9_shop",), sys.executable)


class Trusts(Working):
    """A workspace on the shop's store, and the signals of its trust control."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, folder / "notebooks")
        self.active: list[ActiveTrust] = []
        self.failed: list[UserError] = []
        self.messages: list[str] = []
        self.confirmation_needed: list[Trust] = []
        self.workspace.trust_control.confirmation_needed.connect(self.confirmation_needed.append)
        self.workspace.message.connect(self.messages.append)
        self.open(shop_in(folder), entity=ORDER)

    def trust(self, trust: Trust, *, remembers: bool = False) -> None:
        self.workspace.trust_control.begin(trust, self.active.append, self.failed.append, remembers=remembers)
        self.settle()

    def restore(self, remembered: RememberedTrust | None) -> None:
        self.workspace.trust_control.restore(remembered)
        self.settle()


@pytest.fixture
def working(qtbot: QtBot, tmp_path: Path) -> Iterator[Trusts]:
    working = Trusts(qtbot, tmp_path)
    yield working
    working.workspace.shut_down()


def test_the_state_in_view_is_folded_again_by_the_code(working: Trusts) -> None:
    working.go_to(12)
    assert working.state_view.exactness == "inferred"
    working.trust(SHOP)
    assert [each.trust for each in working.active] == [SHOP]
    assert (working.state_view.version, working.state_view.exactness) == (12, "exact")
    assert working.workspace.trust_control.trust == SHOP
    step = working.workspace.inspector.timeline
    working.workspace.inspector.timeline.step_at(2)
    working.settle()
    assert any(change.path.startswith("items") for change in (step.step_at(2) or working.state_view.step).changes)


def test_without_an_entity_in_view_it_begins_as_well(working: Trusts) -> None:
    working.workspace.selection.choose_entity(None)
    working.trust(SHOP)
    working.choose("Customer")
    assert working.state_view.exactness == "exact"


def test_a_person_can_end_the_trust(working: Trusts) -> None:
    working.trust(SHOP)
    working.workspace.trust_control.stop()
    working.settle()
    assert working.workspace.trust_control.trust is None
    assert "es9_shop is no longer trusted." in working.messages
    assert working.go_to(12).exactness == "inferred"


def test_trust_ends_with_the_store(working: Trusts, tmp_path: Path) -> None:
    working.trust(SHOP)
    working.open(tmp_path / "shop.db", entity=ORDER)
    assert working.workspace.trust_control.trust is None
    assert working.go_to(3).exactness == "inferred"


def test_code_that_cannot_be_imported_is_reported_and_states_stay_inferred(working: Trusts, tmp_path: Path) -> None:
    working.trust(SHOP)
    working.trust(Trust(tmp_path, ("nowhere",), sys.executable))
    assert ["nowhere" in str(each) for each in working.failed] == [True]
    assert working.refused == []
    assert working.workspace.trust_control.trust is None
    assert working.go_to(3).exactness == "inferred"


def test_a_hypothetical_branch_is_folded_by_the_code_that_came_later(working: Trusts) -> None:
    what_if = working.workspace.what_if
    what_if.begin(2)
    working.settle()
    before = what_if.current.branch
    working.trust(SHOP)
    assert what_if.current.branch is not None and what_if.current.branch is not before
    assert what_if.current.recorded is not None
    assert type(what_if.current.recorded.fold()).__name__ == "TrustedFold"
    assert not any("appended" in each for each in working.messages)


def test_code_that_keeps_failing_is_reported_once_and_states_are_inferred(working: Trusts, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", "import os\ndef fold(state, event):\n    os._exit(3)\n")
    working.trust(trust)
    assert [str(each).count("is no longer used") for each in working.refused] == [1]
    assert working.workspace.trust_control.trust is None
    assert working.go_to(3).exactness == "inferred"


def test_an_event_that_hangs_or_crashes_is_a_failed_event_and_no_message(working: Trusts, tmp_path: Path) -> None:
    working.trust(fold_in(tmp_path / "code", counting("if event['version'] == 4:", "    import os; os._exit(3)")))
    assert working.refused == []
    assert working.workspace.inspector.history.failed == (4,)
    assert working.state_view.exactness == "broken"


def test_an_error_that_ends_all_work_is_reported_once(working: Trusts, tmp_path: Path, demo_store: Path) -> None:
    """The states of a history of several blocks have to be copied, and these cannot be."""
    source = "class S:\n    def __deepcopy__(self, memo): raise ValueError('not me')\ndef fold(s, e): return S()\n"
    working.open(demo_store)
    longest = max(working.entities(), key=lambda each: each.events)
    assert longest.events > 2 * BLOCK
    working.trust(fold_in(tmp_path / "code", source))
    working.workspace.choose(longest.id)
    working.settle()
    working.workspace.selection.go_to(BLOCK + 5)
    working.settle()
    assert working.workspace.inspector.state_view is None
    assert ["ValueError: not me" in str(each) for each in working.refused] == [True]


# What is remembered -------------------------------------------------------------------------------------------------


def test_remembered_trust_has_a_digest_of_the_code(working: Trusts) -> None:
    working.trust(SHOP)
    working.trust(SHOP, remembers=True)
    assert [each.remembered for each in working.active] == [None, RememberedTrust.of(SHOP, code_digest(SAMPLES))]


def test_remembered_code_begins_by_itself_where_it_is_the_same(working: Trusts) -> None:
    working.restore(RememberedTrust.of(SHOP, code_digest(SAMPLES)))
    assert working.workspace.trust_control.trust == SHOP
    assert working.confirmation_needed == []
    assert working.messages[-1] == "es9_shop folds the states, as you let this program remember."


@needs_named_pipes
def test_remembered_code_that_has_changed_is_asked_for_again(working: Trusts, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("pass"))
    ran = named_pipe(trust.folder / "ran")
    remembered = RememberedTrust.of(trust, code_digest(trust.folder))
    (trust.folder / "mine.py").write_text("open('ran').close()\n", "utf-8")
    working.restore(remembered)
    assert working.confirmation_needed == [trust]
    assert working.workspace.trust_control.trust is None
    assert not is_read(ran)


def test_nothing_remembered_is_nothing_to_do(working: Trusts) -> None:
    working.restore(None)
    assert (working.workspace.trust_control.trust, working.confirmation_needed) == (None, [])


def test_what_was_about_to_begin_is_ended_where_it_is_abandoned(working: Trusts, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("pass"))
    working.workspace.trust_control.begin(trust, working.active.append, working.failed.append)
    working.workspace.trust_control.revoke()
    working.settle()
    assert (working.active, working.workspace.trust_control.trust) == ([], None)


HANGS = "open('started').close()\nwhile True: pass\n"


def begin_hanging(working: Trusts, folder: Path) -> None:
    trust = fold_in(folder, HANGS)
    started = named_pipe(folder / "started")
    working.workspace.trust_control.begin(trust, working.active.append, working.failed.append)
    working.wait_until(lambda: is_read(started))


@needs_named_pipes
def test_an_import_that_does_not_end_is_ended_where_it_is_abandoned(working: Trusts, tmp_path: Path) -> None:
    begin_hanging(working, tmp_path / "code")
    active = monotonic()
    working.workspace.trust_control.revoke()
    working.settle()
    assert monotonic() - active < LIMITS.start_seconds
    assert (working.active, working.failed, working.refused) == ([], [], [])
    assert working.go_to(3).exactness == "inferred"


@needs_named_pipes
def test_a_store_is_closed_although_its_code_does_not_come_back(working: Trusts, tmp_path: Path) -> None:
    begin_hanging(working, tmp_path / "code")
    active = monotonic()
    working.workspace.close_store()
    working.settle()
    assert monotonic() - active < LIMITS.start_seconds
    assert working.workspace.session is None
