"""The templates that a tenant can make plans of: the built-in ones, and its own."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import collate, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import decode_parts, encode_parts
from orchestrator.kit.remembered import Remembered
from orchestrator.kit.versions import check_match, etag_of
from orchestrator.tasks.draft_errors import TemplateInvalid, TemplateNameTaken
from orchestrator.tasks.template_models import PlanTemplate
from orchestrator.tasks.templates import Template, built_in, parse
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

_parsed: Remembered[bytes, Template] = Remembered(3_600.0, most=100)
"""By the digest of the text: who lists templates often does not parse them often."""


@dataclass(frozen=True)
class Known:
    """`row` is None of a built-in one."""

    template: Template
    document: str
    row: PlanTemplate | None = None

    @property
    def etag(self) -> str:
        return etag_of(self.document)


async def listed(db: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Known], str | None]:
    """By name; the cursor is the last name of the page. Raises CursorInvalid."""
    wanted, more = await names(db, limit, decode_parts(cursor, 1)[0] if cursor else "")
    rows = await IndustrialRepository(db).list(PlanTemplate, PlanTemplate.name.in_(wanted))
    known = [*(Known(*built_in()[name]) for name in wanted if name in built_in()), *[await _known(row) for row in rows]]
    ordered = sorted(known, key=lambda one: one.template.name)
    return ordered, encode_parts(wanted[-1]) if more else None


async def names(db: AsyncSession, limit: int, after: str = "") -> tuple[Sequence[str], bool]:
    """In their order; the flag says whether there are more."""
    own = await _own_names(db, after, limit + 1)
    found = sorted([*(name for name in built_in() if name > after), *own])
    return found[:limit], len(found) > limit


async def _own_names(db: AsyncSession, after: str, most: int) -> Sequence[str]:
    """In the order of their bytes, as Python has it, and not in that of a language."""
    name = collate(PlanTemplate.name, "C")
    query = select(PlanTemplate.name).where(PlanTemplate.tenant_id == IndustrialRepository(db).tenant_id, name > after)
    return (await db.execute(query.order_by(name).limit(most))).scalars().all()


async def get(db: AsyncSession, name: str) -> Known:
    if name in built_in():
        return Known(*built_in()[name])
    return await _known(await _row(db, name))


async def read(db: AsyncSession, template_id: UUID) -> Known:
    """Of the tenant's own."""
    return await _known(await IndustrialRepository(db).get(PlanTemplate, template_id))


async def create(db: AsyncSession, principal: Principal, document: str) -> PlanTemplate:
    """Raises TemplateInvalid, TemplateNameTaken."""
    template, repository, moment = await asyncio.to_thread(parse, document), IndustrialRepository(db), now()
    if template.name in built_in():
        raise TemplateNameTaken(template=template.name)
    values = {
        "tenant_id": repository.tenant_id,
        "id": new_id(),
        "name": template.name,
        "document": document,
        "created_by": principal.actor,
        "updated_by": principal.actor,
        "created_at": moment,
        "updated_at": moment,
    }
    query = insert(PlanTemplate).values(values)
    query = query.on_conflict_do_nothing(index_elements=[PlanTemplate.tenant_id, PlanTemplate.name])
    row = (await db.execute(query.returning(PlanTemplate))).scalar_one_or_none()
    if row is None:
        raise TemplateNameTaken(template=template.name)
    _record(db, principal, "plan_template.create", name=template.name, etag=etag_of(document))
    return row


async def change(db: AsyncSession, principal: Principal, name: str, document: str, if_match: str | None) -> Known:
    """Plans that were made of it stay as they are. Raises TemplateInvalid, ChangedMeanwhile."""
    row, template = await _own(db, name), await asyncio.to_thread(parse, document)
    if template.name != name:
        raise TemplateInvalid(problem=f"it is called {template.name}, and this is the place of {name}")
    check_match(if_match, etag_of(row.document))
    row.document, row.updated_by, row.updated_at = document, principal.actor, now()
    _record(db, principal, "plan_template.change", name=name, etag=etag_of(document))
    await db.flush()
    return Known(template, document, row)


async def remove(db: AsyncSession, principal: Principal, name: str) -> None:
    """Plans that were made of it stay as they are."""
    row = await _own(db, name)
    _record(db, principal, "plan_template.remove", name=name, etag=etag_of(row.document))
    await db.delete(row)
    await db.flush()


async def _own(db: AsyncSession, name: str) -> PlanTemplate:
    if name in built_in():
        raise TemplateNameTaken(template=name)
    return await _row(db, name)


async def _row(db: AsyncSession, name: str) -> PlanTemplate:
    row = await IndustrialRepository(db).find(PlanTemplate, PlanTemplate.name == name)
    if row is None:
        raise NotFound
    return row


async def _known(row: PlanTemplate) -> Known:
    digest = hashlib.sha256(row.document.encode()).digest()
    template = await _parsed.get(digest, lambda: asyncio.to_thread(parse, row.document))
    return Known(template, row.document, row)


def _record(db: AsyncSession, principal: Principal, action: str, *, name: str, etag: str) -> None:
    tenant_id = IndustrialRepository(db).tenant_id
    audit.record(db, tenant_id, principal.actor, action, f"plan_template:{name}", None, {"name": name, "etag": etag})
