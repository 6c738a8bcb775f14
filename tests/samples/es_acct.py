"""The model of the eventsourcing 5 to 8 samples, written again from their events and snapshots."""
from decimal import Decimal

from eventsourcing.domain.model.aggregate import AggregateRoot
from eventsourcing.domain.model.decorators import attribute


class Person(AggregateRoot):
    class Event(AggregateRoot.Event):
        pass

    class Created(Event, AggregateRoot.Created):
        pass

    class AttributeChanged(Event, AggregateRoot.AttributeChanged):
        pass

    class Discarded(Event, AggregateRoot.Discarded):
        pass

    def __init__(self, name=None, **kwargs):
        super(Person, self).__init__(**kwargs)
        self._name = name

    @attribute
    def name(self):
        pass


class Account(AggregateRoot):
    class Event(AggregateRoot.Event):
        pass

    class Created(Event, AggregateRoot.Created):
        pass

    class AttributeChanged(Event, AggregateRoot.AttributeChanged):
        pass

    class Discarded(Event, AggregateRoot.Discarded):
        pass

    class Deposited(Event):
        def mutate(self, obj):
            obj.balance += self.amount

    class Tagged(Event):
        def mutate(self, obj):
            obj.tags = list(self.tags)

    def __init__(self, owner, opened=None, ref=None, **kwargs):
        super(Account, self).__init__(**kwargs)
        self._owner = owner
        self.opened = opened
        self.ref = ref
        self.balance = Decimal("0")
        self.tags = []

    @attribute
    def owner(self):
        pass
