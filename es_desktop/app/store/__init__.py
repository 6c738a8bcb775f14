"""Opening stores: sessions, what they read, and what has to be known to open one."""
