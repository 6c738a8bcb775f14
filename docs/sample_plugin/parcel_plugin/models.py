"""The parcel itself: its events, how they change it, and the commands that a person may give."""

from typing import Any

from es_desktop.core import TimestampedVersionedEntity, attribute, command


class Parcel(TimestampedVersionedEntity):
    """A parcel on its way."""

    class Sent(TimestampedVersionedEntity.Event):
        """The parcel left for its next stop."""

        stop: str

        def mutate(self, parcel: "Parcel") -> None:
            parcel._stops = [*parcel._stops, self.stop]

    def __init__(self, address: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._address = address
        self._stops: list[str] = []

    @attribute
    def address(self) -> str:
        """Where it goes."""

    @property
    def stops(self) -> list[str]:
        """Where it has been."""
        return self._stops

    @command
    def send(self, stop: str) -> None:
        """Send the parcel to its next stop. Raises ``ValueError`` without one."""
        if not stop:
            raise ValueError("a parcel is sent to a stop")
        self._trigger(self.Sent, stop=stop)
