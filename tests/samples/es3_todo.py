"""The model of the eventsourcing 3 samples, written again from their events and snapshots."""
from eventsourcing.domain.model.decorators import attribute, mutator
from eventsourcing.domain.model.entity import TimestampedVersionedEntity, mutate_entity


class User(TimestampedVersionedEntity):
    class Created(TimestampedVersionedEntity.Created):
        pass

    class AttributeChanged(TimestampedVersionedEntity.AttributeChanged):
        pass

    class Discarded(TimestampedVersionedEntity.Discarded):
        pass

    def __init__(self, name, **kwargs):
        super(User, self).__init__(**kwargs)
        self._name = name

    @attribute
    def name(self):
        pass


class TodoList(TimestampedVersionedEntity):
    class Created(TimestampedVersionedEntity.Created):
        pass

    class AttributeChanged(TimestampedVersionedEntity.AttributeChanged):
        pass

    class Discarded(TimestampedVersionedEntity.Discarded):
        pass

    class ItemAdded(TimestampedVersionedEntity.Event):
        pass

    class ItemDone(TimestampedVersionedEntity.Event):
        pass

    def __init__(self, title, owner_id, due, **kwargs):
        super(TodoList, self).__init__(**kwargs)
        self._title = title
        self._owner_id = owner_id
        self._due = due
        self._items = []
        self._done = {}

    @attribute
    def title(self):
        pass

    @classmethod
    def _mutate(cls, initial=None, event=None):
        return todo_mutator(initial or cls, event)


@mutator
def todo_mutator(initial, event):
    return mutate_entity(initial, event)


@todo_mutator.register(TodoList.ItemAdded)
def item_added(self, event):
    self._validate_originator(event)
    self._items.append(event.text)
    self._increment_version()
    return self


@todo_mutator.register(TodoList.ItemDone)
def item_done(self, event):
    self._validate_originator(event)
    self._done[str(event.index)] = True
    self._increment_version()
    return self
