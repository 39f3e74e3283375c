"""Databases for tests: copies of a migrated template."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url


def named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


_MEMORY = "/dev/shm"
_ROOM_BYTES = 3_000_000_000


def quick_folder() -> str | None:
    """In memory, where there is enough of it: on a disk the kernel takes ten times as long to make a database's files. None
    is where temporary files are usually."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return None


@contextmanager
def copied(template_url: str) -> Iterator[str]:
    name, template = f"test_{uuid4().hex[:12]}", make_url(template_url).database
    admin = named(template_url, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        # Else the whole template goes through the log: ten times as much work as to copy its files.
        connection.execute(f"create database {name} template {template} strategy file_copy")
    yield named(template_url, name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def make_careless(url: str) -> None:
    """Tests lose nothing in a power cut, and waiting for the disk is most of what a copied database takes."""
    with psycopg.connect(named(url, "postgres"), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
