"""The child process: imports the code that a person trusts, and folds records with it.

Its only argument is a file, in which ``wire.Progress`` keeps the index of the event that is being applied.

The person's own interpreter runs these files, so they use only Python 3.8, its standard library, and each other. All
communication goes over a pipe, in frames: four bytes with the length, then JSON text of that length. A request is a
JSON object, and is answered before the next one is sent.

{"do": "import", "folder": …, "modules": [name or "name:Application", …], "function": "module:name" or null,
 "limits": {name of a limit of ``resource``: number}} is the first request.
 Answer: {"python": version, "files": {module: file}, "taken": [right or limit, …]}: what the code must not do.
{"do": "try", "id": …, "snapshots": [record, …]}: can they be bases? Answer: {"errors": [text or null, …]}.
{"do": "view", "id": …, "from": state}: return a state. Answer: {"view": tree}.
{"do": "commands", "id": …, "from": state, "topic": of its last event}: what can it be asked for?
 Answer: {"commands": [[name, explanation, refusal, [[name, type, members, may be null, default], …]], …]}.
{"do": "rehearse", "id": …, "from": state, "topic": …, "name": of a command, "arguments": …}: run it on a copy.
 Answer: {"events": [[topic, version, data], …], "view": tree or null}, or {"refused": text}.
{"do": "fold", "id": …, "from": state, "events": [record, …], "views": bool}: apply events to a copy of a state.
 Answer: with "views", {"view": tree} of that state; then one frame for each event; then {"state": handle}. The frame of
 an event is {"change": …} from ``difference``; {"wrong": [reason, traceback]} if the event could not be applied and
 was left out; empty if there is no change, or without "views".

Any request may have "free": [handle, …], states to drop. An answer may be, or end with,
{"failed": [reason, traceback]}.

A state is null for none, a handle, or the record of a snapshot. A record is [version, topic, payload]: the payload is
JSON text as it was stored, or null for an event that only counts. An event that a person edited has a fourth part:
[data, topic of the stored event]. For a function the payload is [type, timestamp, data]. Ids, data, views and changes
are encoded by ``wire.encode``.
"""
