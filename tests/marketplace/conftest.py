"""Publishers for every test that asks for one."""

import pytest
from tests.api import Api
from tests.marketplace.shop import Publisher


@pytest.fixture
async def publisher(api: Api) -> Publisher:
    """Of tenant `b`; the tests install in tenant `a`."""
    made = Publisher(api, api.actors.other)
    assert (await made.claim()).status_code == 201
    return made
