"""Write what a release of Python eventsourcing itself makes of a sample: each entity at each version, from zero.

    python truth.py SAMPLE.db > SAMPLE.states.jsonl

Run it with a Python that has the release that wrote the sample (the name says which one), and for releases 2 to 8
SQLAlchemy 1.3. The library's own repository rebuilds the states, from the library's own tables in a copy of the file;
the models are beside this script. A state is a JSON object of plain names, without what an entity keeps about itself;
null where the entity is discarded. Each line: {"entity", "state", "type", "version"}.
"""
import datetime
import decimal
import enum
import importlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
OWN = {"_id", "_version", "_is_discarded", "_created_on", "_last_modified_on", "_last_modified", "_modified_on"}
OWN |= {"_pending_events"}


def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value, key=repr)]
    return state_of(value)


def state_of(entity):
    return {
        name.lstrip("_"): plain(value)
        for name, value in vars(entity).items()
        if name not in OWN and not (name.startswith("__") and name.endswith("__"))
    }


def rows(path, table, *columns):
    with sqlite3.connect(path) as connection:
        statement = "SELECT {} FROM {} ORDER BY {}, {}".format(", ".join(columns), table, *columns[:2])
        return connection.execute(statement).fetchall()


def id_of(value):
    if isinstance(value, bytes):
        return uuid.UUID(bytes=value)
    try:
        return uuid.UUID(value)
    except ValueError:
        return value


def release_9(path, name):
    """States by the repository of an application."""
    import es9_shop
    from eventsourcing.application import Application

    table = "stored_events"
    if "textids" in name:
        sys.modules["__main__"].Course = importlib.import_module("es9_course").Course  # a script wrote it
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path}
    env["INFRASTRUCTURE_FACTORY"] = "eventsourcing.sqlite:Factory"  # of 9.0
    if "textids" in name:
        env["ORIGINATOR_ID_TYPE"] = "text"
    if "zlib" in name:
        env["COMPRESSOR_TOPIC"] = "zlib"
    if "aes" in name:
        with open(os.path.join(HERE, name + ".db.key")) as file:
            env["CIPHER_KEY"] = file.read().strip()
        env["CIPHER_TOPIC"] = "eventsourcing.cipher:AESCipher"
    if "es-sqlalchemy" in name:
        table = "shop_events"
        env = {"PERSISTENCE_MODULE": "eventsourcing_sqlalchemy", "SQLALCHEMY_URL": "sqlite:///" + path}
    os.environ.update(env)  # 9.0 takes no other settings
    application = type("Shop", (Application,), {"name": "shop"})()
    for stored, version, topic in rows(path, table, "originator_id", "originator_version", "topic"):
        number = id_of(stored)
        try:
            entity = application.repository.get(number, version=version)
        except Exception as error:
            if type(error).__name__ not in ("AggregateNotFound", "AggregateNotFoundError"):
                raise
            entity = None
        yield number, topic, version, entity


def release_2_to_8(path, name):
    """States by the repository of an application; in releases 2 and 3, by the mutator that one is given."""
    models = importlib.import_module(
        "es2_garden" if name.startswith("es-2") else "es3_todo" if name.startswith("es-3") else "es_acct"
    )
    with sqlite3.connect(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        table = "stored_events" if "es-3" not in name and "stored_events" in tables else "integer_sequenced_items"
        columns = [row[1] for row in connection.execute("PRAGMA table_info({})".format(table))]
    stream = "originator_id" if "originator_id" in columns else "sequence_id"
    position = "originator_version" if "originator_version" in columns else "position"
    topics = "topic" if "topic" in columns else "event_type"
    scope = "application_name" if "application_name" in columns else "''"
    repositories = {}
    for stored, version, topic, application in rows(path, table, stream, position, topics, scope):
        module, _, qualified = topic.partition("#")
        if module != models.__name__:
            continue  # a log of the library
        entity_class = getattr(models, qualified.split(".")[0])
        key = (entity_class, application)
        if key not in repositories:
            repositories[key] = repository(path, name, entity_class, application)
        number = uuid.UUID(bytes=stored) if isinstance(stored, bytes) else uuid.UUID(stored)
        yield number, topic, version, repositories[key](number, version)


def repository(path, name, entity_class, application):
    """Return a function that rebuilds an entity at a version."""
    uri = "sqlite:///" + path
    if name.startswith(("es-2", "es-3")):
        return repository_2_or_3(uri, name, entity_class)
    if name.startswith("es-5"):
        from eventsourcing.application.simple import SimpleApplication as Application
    elif name.startswith("es-6"):
        from eventsourcing.application.sqlalchemy import SimpleApplication as Application
    else:
        from eventsourcing.application.sqlalchemy import SQLAlchemyApplication as Application
    named = {"name": application} if application else {}
    made = Application(uri=uri, persist_event_type=(), **named)
    return lambda number, version: made.repository.get_entity(number, at=version)


def repository_2_or_3(uri, name, entity_class):
    from eventsourcing.infrastructure.eventsourcedrepository import EventSourcedRepository
    from eventsourcing.infrastructure.eventstore import EventStore
    from eventsourcing.infrastructure.sequenceditem import SequencedItem
    from eventsourcing.infrastructure.sequenceditemmapper import SequencedItemMapper
    from eventsourcing.infrastructure.sqlalchemy import activerecords
    from eventsourcing.infrastructure.sqlalchemy.datastore import SQLAlchemyDatastore, SQLAlchemySettings

    is_2 = name.startswith("es-2")
    settings = SQLAlchemySettings(uri=uri)
    if is_2:
        datastore = SQLAlchemyDatastore(base=activerecords.Base, settings=settings, tables=())
        datastore.setup_connection()
        strategy = activerecords.SQLAlchemyActiveRecordStrategy(
            datastore=datastore,
            active_record_class=activerecords.SqlIntegerSequencedItem,
            sequenced_item_class=SequencedItem,
        )
        mapper = SequencedItemMapper(SequencedItem, "entity_id", "entity_version")
        mutate = entity_class.mutate
    else:
        datastore = SQLAlchemyDatastore(settings=settings)
        datastore.setup_connection()
        strategy = activerecords.SQLAlchemyActiveRecordStrategy(
            session=datastore.session,
            active_record_class=activerecords.IntegerSequencedItemRecord,
            sequenced_item_class=SequencedItem,
        )
        cipher = None
        if "aes" in name:
            from eventsourcing.infrastructure.cipher.aes import AESCipher

            cipher = AESCipher(aes_key=b"0123456789abcdef")
        mapper = SequencedItemMapper(
            SequencedItem, "originator_id", "originator_version", always_encrypt=bool(cipher), cipher=cipher
        )
        mutate = entity_class._mutate
    store = EventStore(active_record_strategy=strategy, sequenced_item_mapper=mapper)
    try:
        made = EventSourcedRepository(event_store=store, mutator=mutate)
    except TypeError:
        made = EventSourcedRepository(event_store=store)
        made.event_player.mutator = mutate
    return lambda number, version: made.get_entity(number, lte=version)


def main():
    name = os.path.splitext(os.path.basename(sys.argv[1]))[0]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "copy.db")
        shutil.copyfile(sys.argv[1], path)
        states = (release_9 if name.startswith(("es-9", "es-sqlalchemy")) else release_2_to_8)(path, name)
        for number, topic, version, entity in states:
            entity_type = topic.partition(":" if ":" in topic else "#")[2].split(".")[0]
            line = {
                "entity": number.hex if isinstance(number, uuid.UUID) else number,
                "state": None if entity is None else state_of(entity),
                "type": entity_type,
                "version": version,
            }
            print(json.dumps(line, sort_keys=True))


if __name__ == "__main__":
    main()
