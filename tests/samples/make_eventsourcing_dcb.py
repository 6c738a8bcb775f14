"""Fills a database of PostgreSQL for es-9.5.6-dcb.sql, with "eventsourcing[postgres]==9.5.6" and msgspec.

The settings are those of the library: POSTGRES_DBNAME and so on. Then: pg_dump --no-owner --no-privileges
"""

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import EnduringObject, Group
from eventsourcing.dcb.msgpack import Decision, InitialDecision, MessagePackMapper
from eventsourcing.domain import event
from eventsourcing.utils import get_topic


class StudentJoinedCourse(Decision):
    student_id: str
    course_id: str


class Student(EnduringObject[Decision, str]):
    class Registered(InitialDecision):
        student_id: str
        name: str

    def __init__(self, name: str) -> None:
        self.name = name
        self.courses: list[str] = []

    @event(StudentJoinedCourse)
    def _(self, course_id: str) -> None:
        self.courses.append(course_id)


class Course(EnduringObject[Decision, str]):
    class Registered(InitialDecision):
        course_id: str
        name: str
        places: int

    class PlacesUpdated(Decision):
        places: int

    def __init__(self, name: str, places: int) -> None:
        self.name = name
        self.places = places
        self.students: list[str] = []

    @classmethod
    def _create_id(cls) -> str:
        return f"course:{next(numbers)}"

    @event(PlacesUpdated)
    def update_places(self, places: int) -> None:
        self.places = places

    @event(StudentJoinedCourse)
    def _(self, student_id: str) -> None:
        self.students.append(student_id)


class StudentAndCourse(Group[Decision]):
    def __init__(self, student: Student, course: Course) -> None:
        self.student, self.course = student, course

    def student_joins_course(self) -> None:
        self.trigger_event(
            StudentJoinedCourse,
            student_id=self.student.id,
            course_id=self.course.id,
        )


class School(DCBApplication):
    env = {"PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt", "MAPPER_TOPIC": get_topic(MessagePackMapper)}


numbers = iter(range(1, 100))
with School() as school:
    save, group = school.repository.save, school.repository.get_group
    students = [Student(name=name) for name in ("Ada", "Grace", "Edsger")]
    courses = [Course(name=name, places=2) for name in ("Logic", "Compilers")]
    for each in (*students, *courses):
        save(each)
    for course in courses:
        for student in students[:2]:
            both = group(StudentAndCourse, student.id, course.id)
            both.student_joins_course()
            save(both)
        changed = school.repository.get(course.id)
        changed.update_places(3)
        save(changed)
    # An event without a tag of an entity, one without a tag, and one without a payload that names a tag twice.
    school.recorder.append([DCBEvent(type="TermStarted", data=b'{"year": 2026}', tags=["calendar"])])
    school.recorder.append([DCBEvent(type="TermEnded", data=b'{"year": 2026}', tags=[])])
    school.recorder.append([DCBEvent(type="CourseArchived", data=b"", tags=["course:1", "course:1"])])
