"""HTTP over consent to training, and over sessions that are left out of it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from orchestrator.finetuning import consent
from orchestrator.finetuning.dataset_schemas import ConsentRead, ConsentWrite, ExclusionCreate, ExclusionRead
from orchestrator.tenancy.dependencies import Db, require_permission
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/training", tags=["fine-tuning"])

Reader = Annotated[Principal, Depends(require_permission(Permission.TRAINING_READ))]
Consenter = Annotated[Principal, Depends(require_permission(Permission.TRAINING_CONSENT))]
Curator = Annotated[Principal, Depends(require_permission(Permission.DATASETS_WRITE))]


@router.get("/consent", summary="Whether the tenant's work may become training data")
async def read_consent(_: Reader, db: Db) -> ConsentRead:
    return ConsentRead.of(await consent.consent_of(db))


@router.put("/consent", summary="Agree that the tenant's work becomes training data, or take that back")
async def write_consent(body: ConsentWrite, principal: Consenter, db: Db) -> ConsentRead:
    return ConsentRead.of(await consent.set_consent(db, principal, granted=body.granted))


@router.post("/exclusions", summary="Leave a session out of all future datasets, and list what has learnt from it")
async def exclude(body: ExclusionCreate, principal: Curator, db: Db) -> ExclusionRead:
    return ExclusionRead.of(await consent.exclude(db, principal, body.session_id, body.reason))
