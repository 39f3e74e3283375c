"""Base models by the names that the operator gave them; tenants never name a path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.job_errors import BaseUnknown
from orchestrator.finetuning.version_models import ModelVersion
from orchestrator.kit.db import IndustrialRepository

_OWN = re.compile(r"([a-z0-9][a-z0-9._-]{0,62})@(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)")


@dataclass(frozen=True)
class Base:
    """Either where the operator's is (a folder, or an id of the hub), or a version of the tenant's own."""

    name: str
    location: str | None
    version: ModelVersion | None


async def find_base(db: AsyncSession, bases: Mapping[str, str], name: str) -> Base:
    """Raises BaseUnknown, also for a version whose merged weights were not kept."""
    if name in bases:
        return Base(name, bases[name], None)
    own = _OWN.fullmatch(name)
    if own is not None:
        where = (ModelVersion.name == own[1], ModelVersion.version == own[2])
        version = await IndustrialRepository(db).find(ModelVersion, *where)
        if version is not None and "merged" in version.artifacts:
            return Base(name, None, version)
    raise BaseUnknown(name=name)
