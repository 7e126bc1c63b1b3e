"""The index on Milvus: a file (Milvus Lite), a server or a cluster, by one client.

One alias, named like the index, points to a *ledger*: a collection whose row ``head``
names the current generation and the collection of its passages. Rows carry the numbers
of the generations that first see them (``born``) and no longer see them (``died``), so
that a change is seen at once, when ``head`` is replaced, and a reader keeps its own
generation. A rebuild fills two new collections and moves the alias.

| file | what |
|---|---|
| ``connection.py`` | the client: deadlines, errors, credentials |
| ``schema.py`` | collections, fields, terms as sparse vectors, texts as rows |
| ``filters.py`` | filters as Milvus expressions |
| ``ledger.py`` | documents, manifests and statistics, kept as rows |
| ``statistics.py`` | how many passages hold each term |
| ``lock.py`` | one writer at a time |
| ``waiting.py`` | documents that wait for a publish |
| ``publishing.py`` | a change becomes the next generation |
| ``rows.py`` | requests that change rows |
| ``upkeep.py`` | what is left of other generations |
| ``reader.py``, ``writer.py``, ``store.py`` | the protocols of ``ports.py`` |
"""
