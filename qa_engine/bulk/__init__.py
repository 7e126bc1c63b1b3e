"""Indexing with the processors of many machines.

Reading and embedding are what indexing costs, and need nothing but the file: workers do
that (``work.py``), a file a task, and their results are kept as parts (``parts.py``), so
that an interrupted run goes on where it was. Then one writer publishes all of it as an
ordinary update (``run.py``). Which workers there are is for ``adapters/ray_tasks.py``.
"""
