"""The child process: imports the code that a person trusts, and folds records with it. Nothing else of us runs there.

The person's own interpreter runs these files, so they need Python 3.8, the standard library, and one another only. They
are told everything over a pipe: frames of four bytes, which are a length, and JSON text of that length. A request is an
object; one is answered before the next one comes.

{"do": "import", "folder": …, "modules": [name or "name:Application", …], "function": "module:name" or null,
 "memory": bytes, "cpu": seconds, "place": file} is the first. The file tells which event is in hand: see ``Progress``.
 Answer: {"python": version, "files": {module: file}}.
{"do": "try", "id": …, "snapshots": [record, …]} asks which ones can be a base. Answer: {"errors": [text or null, …]}.
{"do": "view", "id": …, "from": state} asks for a state. Answer: {"view": tree}.
{"do": "fold", "id": …, "from": state, "events": [record, …], "tell": bool} applies events to a copy of a state.
 Answer: {"view": tree} of it where changes are to be told; a frame for each event; and {"state": handle}. The frame of
 an event is empty where there is nothing to tell, {"change": …} as ``difference`` makes it, or
 {"wrong": [reason, traceback]} where the event could not be applied and was left out.

Any request may have "free": [handle, …], states that are not needed any more. An answer may be, or end with,
{"failed": [reason, traceback]}.

A state is null for none, a handle, or the record of a snapshot. A record is [version, topic, payload]: the payload is
JSON text as it was stored; null for an event that is only counted. What a person made of an event comes as a fourth
part: [data, topic of the stored one]. For a function the payload is [type, timestamp, data]. An id, data, views and
changes are in the words of ``encode``.
"""
