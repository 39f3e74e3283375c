"""Sessions stand on workspaces: the same small repositories and the same desk."""

from tests.workspaces.conftest import (  # noqa: F401 - fixtures of the tests here.
    desk,
    identity,
    make_repository,
    make_workspaces,
    repository,
    roots,
    workspaces,
)
