"""Finding listings: by words, kind, capabilities and what they proved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Select, case, func, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from orchestrator.kit.pagination import CursorInvalid, decode_cursor, decode_parts, encode_cursor, encode_parts
from orchestrator.marketplace.models import Listing, ListingKind, Score
from orchestrator.marketplace.ratings import OVERALL
from orchestrator.marketplace.reading import offered
from orchestrator.tenancy.principal import Principal

_ENGLISH: ColumnElement[Any] = literal_column("'english'::regconfig")
_SEARCH: ColumnElement[Any] = literal_column("market_listings.search")
_UNRATED = -1.0
_JOINS = re.compile(r"(?<=\w)[-/](?=\w)")


class ListingOrder(StrEnum):
    UPDATED = "updated"
    RATING = "rating"


@dataclass(frozen=True)
class Wanted:
    """With capabilities the rating is the worst of those in them; without any it is that of all outcomes."""

    words: str | None = None
    kind: ListingKind | None = None
    capabilities: Sequence[str] = ()
    min_rating: float | None = None
    updated_since: datetime | None = None
    own: bool = False
    order: ListingOrder = ListingOrder.UPDATED


async def found(
    db: AsyncSession, principal: Principal, wanted: Wanted, limit: int, cursor: str | None
) -> tuple[list[Listing], str | None]:
    """A page of them, and the cursor of the next. Raises CursorInvalid."""
    rating = _rating(wanted.capabilities)
    query = _filtered(principal, wanted, rating)
    if wanted.order is ListingOrder.RATING:
        return await _by_rating(db, query, rating, limit, cursor)
    if cursor:
        query = query.where(tuple_(Listing.updated_at, Listing.id) < decode_cursor(cursor))
    rows = (await db.execute(query.order_by(Listing.updated_at.desc(), Listing.id.desc()).limit(limit + 1))).all()
    page = [row[0] for row in rows[:limit]]
    return page, encode_cursor(page[-1].updated_at, page[-1].id) if len(rows) > limit else None


async def _by_rating(
    db: AsyncSession,
    query: Select[Listing, float],
    rating: ColumnElement[float],
    limit: int,
    cursor: str | None,
) -> tuple[list[Listing], str | None]:
    if cursor:
        query = query.where(tuple_(rating, Listing.id) < _place(cursor))
    rows = (await db.execute(query.order_by(rating.desc(), Listing.id.desc()).limit(limit + 1))).all()
    page = rows[:limit]
    following = encode_parts(repr(page[-1][1]), str(page[-1][0].id)) if len(rows) > limit else None
    return [row[0] for row in page], following


def _place(cursor: str) -> tuple[float, UUID]:
    rating, row_id = decode_parts(cursor, 2)
    try:
        return float(rating), UUID(row_id)
    except ValueError as error:
        raise CursorInvalid from error


def _filtered(principal: Principal, wanted: Wanted, rating: ColumnElement[float]) -> Select[Listing, float]:
    query = select(Listing, rating.label("rating")).where(offered(principal))
    if wanted.own:
        query = query.where(Listing.tenant_id == principal.tenant_id)
    if wanted.words:
        query = query.where(_has(wanted.words))
    if wanted.kind is not None:
        query = query.where(Listing.kind == wanted.kind)
    if wanted.capabilities:
        query = query.where(Listing.capabilities.contains(list(wanted.capabilities)))
    if wanted.updated_since is not None:
        query = query.where(Listing.updated_at >= wanted.updated_since)
    if wanted.min_rating is not None:
        query = query.where(rating >= wanted.min_rating)
    return query


def _has(words: str) -> ColumnElement[bool]:
    """Words as people type them into a search box, "quoted", or, -not; or a part of the listing's name."""
    apart = _JOINS.sub(" ", words)  # As the names are read into the words that are searched.
    name = Listing.namespace + "/" + Listing.agent
    by_words = _SEARCH.op("@@")(func.websearch_to_tsquery(_ENGLISH, apart))
    return or_(by_words, name.contains(words.strip().lower(), autoescape=True))


def _rating(capabilities: Sequence[str]) -> ColumnElement[float]:
    asked = list(capabilities) or [OVERALL]
    worst = case((func.count() == len(set(asked)), func.min(Score.lower_bound)), else_=_UNRATED)
    of_latest = (Score.tenant_id == Listing.tenant_id) & (Score.version_id == Listing.latest_id)
    sums = select(worst).where(of_latest, Score.capability.in_(asked))
    return func.coalesce(sums.scalar_subquery(), _UNRATED, type_=Float)
