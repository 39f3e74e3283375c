"""An application with an OpenID provider that lies as the test tells it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from tests.databases import copied
from tests.tenancy.browsers import Desk, desk_for
from tests.tenancy.openid import LyingProvider, lying_provider


@pytest.fixture(scope="module")
async def shared_desk(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    with copied(postgres) as url:
        async with lying_provider() as provider, desk_for(tmp_path_factory.mktemp("log-in"), url, provider) as desk:
            yield desk


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """The provider is honest until the test says otherwise; everybody it names is new."""
    fresh = LyingProvider(
        issuer=shared_desk.provider.issuer, claims={"sub": f"ada-{uuid4().hex}"}, key=shared_desk.provider.key
    )
    shared_desk.provider.__dict__.update(fresh.__dict__)
    return shared_desk
