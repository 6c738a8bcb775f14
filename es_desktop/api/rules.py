"""Rules that hold in a store, and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from es_desktop.app.rules.report import exception_json, exception_text, support_json
from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.search.known_names import require_known
from es_desktop.app.text.json_objects import JsonObject

from .rows import Rows, reading
from .values import Value

if TYPE_CHECKING:
    from es_desktop.app.notes.notebook import Notebook, NotebookFolder
    from es_desktop.app.rules.rule import Rule, RuleException, RuleSupport
    from es_desktop.app.store.session import Session
    from es_desktop.core import EntityId


@dataclass(frozen=True, slots=True, repr=False)
class BrokenRule(Value):
    """An entity that breaks a rule."""

    rule: FoundRule
    found: RuleException

    @property
    def entity_id(self) -> EntityId:
        return self.found.entity

    @property
    def version(self) -> int:
        """The first version that breaks it."""
        return self.found.version

    @property
    def values(self) -> Mapping[str, Any]:
        """What explains it, by the expressions of the rule."""
        return self.found.values

    @property
    def fails_where(self) -> str:
        """The condition for ``Store.export_request``, at which a pytest of the entity fails."""
        return self.rule.support.rule.fails_where(self.version)

    def to_dict(self) -> JsonObject:
        return exception_json(self.rule.support.rule, self.found)

    def __repr__(self) -> str:
        return f"<{self.entity_id} at version {self.version}: {exception_text(self.rule.support.rule, self.found)}>"


@dataclass(frozen=True, slots=True, repr=False)
class FoundRule(Value):
    """A rule, with the entities that it holds in, and those that break it."""

    support: RuleSupport
    """All that is known of it."""
    is_kept: bool

    @property
    def sentence(self) -> str:
        """The rule in words: ``Paid only after ItemAdded``."""
        return self.support.rule.sentence

    @property
    def type(self) -> str:
        """The entity type that it is about."""
        return self.support.rule.entity_type

    @property
    def holds_in(self) -> int:
        """In how many entities it holds."""
        return self.support.holds_in

    @property
    def entities(self) -> int:
        """To how many entities it applies."""
        return self.support.entities

    @property
    def exceptions(self) -> tuple[BrokenRule, ...]:
        """The entities that break it; of very many the first ones."""
        return tuple(BrokenRule(self, each) for each in self.support.exceptions)

    @property
    def breaks(self) -> str:
        """The condition that is true at a version that breaks it; empty for a rule on the order of events."""
        return self.support.rule.breaks

    def to_dict(self) -> JsonObject:
        return support_json(self.support, self.is_kept)

    def __repr__(self) -> str:
        return f"<{self.type}: {self.sentence}, in {self.holds_in} of {self.entities}>"


def rules_of(session: Session, type: str | None, kept: bool, progress: Progress = no_progress) -> Rows[FoundRule]:
    """Return the rules of a store, or of one entity type: those that hold, or only those that are kept."""

    def read() -> Iterator[FoundRule]:
        from es_desktop.app.rules.mining import check_rules, find_rules

        if type is not None:
            require_known((type,), (facts.type for facts in session.entities()), "entity type")
        known = [rule for rule in _notebook(session)[1].rules if type in (None, rule.entity_type)]
        keys = {rule.key for rule in known}
        if kept:
            found = check_rules(session, known, progress=progress)
        else:
            found = find_rules(session, types=None if type is None else frozenset({type}), progress=progress)
        yield from (FoundRule(each, each.rule.key in keys) for each in found)

    return Rows(read, FoundRule.to_dict, "rules" if type is None else f"rules of {type}")


def kept_rules(session: Session) -> tuple[Rule, ...]:
    """Return the rules that are kept for a store."""
    return _notebook(session)[1].rules


def keep_rule(session: Session, found: FoundRule) -> None:
    """Keep a rule as one that is meant, in the notes on the store. Raises ``UserError``."""
    folder, notebook = _notebook(session)
    folder.save(session.kept_name, notebook.with_rule(found.support.rule))


def forget_rule(session: Session, sentence: str, type: str | None = None) -> None:
    """Keep a rule no longer. Raises ``UserError`` if there is none of this sentence."""
    folder, notebook = _notebook(session)
    found = [rule for rule in notebook.rules if rule.sentence == sentence and type in (None, rule.entity_type)]
    if not found:
        raise UserError(f"no rule {sentence!r} is kept", "Give it as rules --kept prints it.")
    for rule in found:
        notebook = notebook.without_rule(rule.key)
    folder.save(session.kept_name, notebook)


def _notebook(session: Session) -> tuple[NotebookFolder, Notebook]:
    from es_desktop.app.notes.notebook import NotebookFolder

    folder = NotebookFolder(places.notebooks())
    with reading():
        return folder, folder.load(session.kept_name)
