"""Small repositories made on the spot."""

from tests.workspaces.conftest import make_repository, roots

__all__ = ["make_repository", "roots"]
