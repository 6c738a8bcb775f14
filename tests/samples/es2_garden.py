"""The model of the eventsourcing 2.1 sample, written again from its events and snapshots."""
from eventsourcing.domain.model.entity import (
    AttributeChanged,
    Created,
    Discarded,
    TimestampedVersionedEntity,
    attribute,
    entity_mutator,
)
from eventsourcing.domain.model.events import TimestampedVersionedEntityEvent


class Gardener(TimestampedVersionedEntity):
    class Created(Created):
        pass

    class AttributeChanged(AttributeChanged):
        pass

    class Discarded(Discarded):
        pass

    def __init__(self, name, **kwargs):
        super(Gardener, self).__init__(**kwargs)
        self._name = name

    @attribute
    def name(self):
        pass


class Bed(TimestampedVersionedEntity):
    class Created(Created):
        pass

    class AttributeChanged(AttributeChanged):
        pass

    class Discarded(Discarded):
        pass

    class Planted(TimestampedVersionedEntityEvent):
        pass

    class Watered(TimestampedVersionedEntityEvent):
        pass

    def __init__(self, name, gardener_id, dug_on, **kwargs):
        super(Bed, self).__init__(**kwargs)
        self._name = name
        self._gardener_id = gardener_id
        self._dug_on = dug_on
        self._plants = []
        self._litres = {}

    @attribute
    def name(self):
        pass

    @staticmethod
    def _mutator(event, initial):
        if isinstance(event, (Bed.Planted, Bed.Watered)):
            initial._validate_originator(event)
            if isinstance(event, Bed.Planted):
                initial._plants.append(event.plant)
            else:
                initial._litres[event.plant] = initial._litres.get(event.plant, 0) + event.litres
            initial._last_modified_on = event.timestamp
            initial._increment_version()
            return initial
        return entity_mutator(event, initial)
