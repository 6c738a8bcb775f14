"""The model of the eventsourcing 9.5 sample with text ids, written again from its events and snapshots."""
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, CanSnapshotAggregate, event


@dataclass(frozen=True)
class CourseEvent(CanMutateAggregate[str]):
    originator_id: str
    originator_version: int
    timestamp: datetime


@dataclass(frozen=True)
class CourseCreated(CanInitAggregate[str], CourseEvent):
    originator_topic: str


@dataclass(frozen=True)
class CourseSnapshot(CanSnapshotAggregate[str]):
    originator_id: str
    originator_version: int
    timestamp: datetime
    topic: str
    state: dict[str, Any]


class TextAggregate(BaseAggregate[str]):
    class Event(CourseEvent):
        pass

    class Created(Event, CourseCreated):
        pass


class Course(TextAggregate):
    class Snapshot(CourseSnapshot):
        pass

    @staticmethod
    def create_id(name: str) -> str:
        return f"course-{name}"

    @event("Opened")
    def __init__(self, name: str):
        self.name = name
        self.students: list = []

    @event("Joined")
    def join(self, student_id: str):
        self.students.append(student_id)
