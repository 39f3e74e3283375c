"""Fine-tuning: consent, curations and datasets; jobs with what they measured; versions, their gate, serving and splits."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0420"
down_revision = "0411"

DATASETS = """
create table training_consents (
    tenant_id uuid not null primary key references tenants (id),
    granted boolean not null,
    changed_by text not null,
    changed_at timestamptz not null
);
create table training_exclusions (
    tenant_id uuid not null references tenants (id),
    session_id uuid not null,
    reason text not null,
    excluded_by text not null,
    excluded_at timestamptz not null,
    primary key (tenant_id, session_id)
);
create table curations (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null,
    policy jsonb not null,
    status text not null check (status in ('running', 'succeeded', 'failed', 'cancelled')),
    stage text not null,
    counters jsonb not null,
    problem jsonb,
    dataset_id text,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index curations_newest on curations (tenant_id, created_at desc, id desc);
create index curations_running on curations (updated_at) where status = 'running';
create table datasets (
    tenant_id uuid not null references tenants (id),
    id text not null check (id ~ '^[0-9a-f]{64}$'),
    name text not null,
    curation_id uuid,
    path text not null,
    train_rows bigint not null,
    heldout_rows bigint not null,
    preference_rows bigint not null,
    tokens bigint not null,
    policy jsonb not null,
    counters jsonb not null,
    code_version text not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, curation_id) references curations (tenant_id, id)
);
create index datasets_newest on datasets (tenant_id, created_at desc, id desc);
create table dataset_rows (
    tenant_id uuid not null,
    dataset_id text not null,
    position bigint not null,
    digest text not null,
    kind text not null check (kind in ('chat', 'preference')),
    split text not null check (split in ('train', 'heldout')),
    session_id uuid,
    request_id uuid,
    cluster text not null,
    tokens bigint not null,
    redactions jsonb not null,
    primary key (tenant_id, dataset_id, position),
    foreign key (tenant_id, dataset_id) references datasets (tenant_id, id)
);
create index dataset_rows_of_sessions on dataset_rows (tenant_id, session_id);
"""

JOBS = """
create table training_files (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    filename text not null,
    purpose text not null,
    bytes bigint not null,
    sha256 text not null,
    path text not null,
    rows bigint not null,
    created_by text not null,
    created_at timestamptz not null,
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create table finetuning_jobs (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null,
    base_model text not null,
    base_digest text,
    dataset_id text,
    training_file_id uuid,
    validation_file_id uuid,
    method text not null check (method in ('sft', 'dpo')),
    adaptation text not null check (adaptation in ('lora', 'qlora', 'full')),
    trainer text not null check (trainer in ('local', 'openai_compatible', 'ray')),
    hyperparameters jsonb not null,
    status text not null check (status in ('pending', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    status_reason text,
    problem jsonb,
    requested text check (requested in ('pause', 'cancel')),
    node_id uuid,
    attempt bigint not null,
    remote_id text,
    step bigint not null,
    total_steps bigint,
    latest jsonb not null,
    spent_seconds bigint not null,
    max_seconds bigint,
    model_version_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (tenant_id, id),
    check (num_nonnulls(dataset_id, training_file_id) = 1),
    foreign key (tenant_id, dataset_id) references datasets (tenant_id, id),
    foreign key (tenant_id, training_file_id) references training_files (tenant_id, id),
    foreign key (tenant_id, validation_file_id) references training_files (tenant_id, id)
);
create index finetuning_jobs_newest on finetuning_jobs (tenant_id, created_at desc, id desc);
create index finetuning_jobs_under_way on finetuning_jobs (created_at) where status in ('pending', 'queued', 'running');
create table finetuning_points (
    tenant_id uuid not null,
    job_id uuid not null,
    step bigint not null,
    kind text not null check (kind in ('train', 'heldout')),
    metrics jsonb not null,
    measured_at timestamptz not null,
    primary key (tenant_id, job_id, step, kind),
    foreign key (tenant_id, job_id) references finetuning_jobs (tenant_id, id)
);
create table finetuning_checkpoints (
    tenant_id uuid not null,
    job_id uuid not null,
    step bigint not null,
    sha256 text not null,
    bytes bigint not null,
    path text,
    metrics jsonb not null,
    created_at timestamptz not null,
    dropped_at timestamptz,
    primary key (tenant_id, job_id, step),
    foreign key (tenant_id, job_id) references finetuning_jobs (tenant_id, id)
);
create table finetuning_notes (
    tenant_id uuid not null,
    id uuid not null,
    job_id uuid not null,
    level text not null check (level in ('info', 'warn', 'error')),
    message text not null,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, job_id) references finetuning_jobs (tenant_id, id)
);
create index finetuning_notes_of_job on finetuning_notes (tenant_id, job_id, id);
"""

VERSIONS = """
create table model_versions (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    version text not null,
    base_model text not null,
    base_digest text not null,
    parent_id uuid,
    dataset_id text,
    training_file_id uuid,
    job_id uuid,
    code_version text not null,
    metrics jsonb not null,
    artifacts jsonb not null,
    stage text not null check (stage in ('candidate', 'production', 'retired')),
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name, version),
    foreign key (tenant_id, parent_id) references model_versions (tenant_id, id),
    foreign key (tenant_id, dataset_id) references datasets (tenant_id, id),
    foreign key (tenant_id, training_file_id) references training_files (tenant_id, id),
    foreign key (tenant_id, job_id) references finetuning_jobs (tenant_id, id)
);
create unique index model_versions_one_in_production on model_versions (tenant_id, name) where stage = 'production';
create unique index model_versions_of_jobs on model_versions (tenant_id, job_id);
create index model_versions_newest on model_versions (tenant_id, created_at desc, id desc);
alter table finetuning_jobs
    add foreign key (tenant_id, model_version_id) references model_versions (tenant_id, id);
create table model_evaluations (
    tenant_id uuid not null,
    id uuid not null,
    version_id uuid not null,
    suite jsonb not null,
    status text not null check (status in ('queued', 'running', 'passed', 'refused', 'failed')),
    verdict jsonb,
    problem jsonb,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references model_versions (tenant_id, id)
);
create index model_evaluations_of_versions on model_evaluations (tenant_id, version_id, created_at desc);
create index model_evaluations_under_way on model_evaluations (created_at) where status in ('queued', 'running');
create table model_evaluation_answers (
    tenant_id uuid not null,
    evaluation_id uuid not null,
    task text not null,
    arm text not null check (arm in ('base', 'tuned')),
    passed boolean not null,
    details jsonb not null,
    answered_at timestamptz not null,
    primary key (tenant_id, evaluation_id, task, arm),
    foreign key (tenant_id, evaluation_id) references model_evaluations (tenant_id, id)
);
create table model_version_steps (
    tenant_id uuid not null,
    id uuid not null,
    version_id uuid not null,
    from_stage text not null,
    to_stage text not null,
    evaluation_id uuid,
    overridden boolean not null,
    reason text not null,
    taken_by text not null,
    taken_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references model_versions (tenant_id, id),
    foreign key (tenant_id, evaluation_id) references model_evaluations (tenant_id, id)
);
create index model_version_steps_of_versions on model_version_steps (tenant_id, version_id, taken_at);
create table served_models (
    tenant_id uuid not null,
    id uuid not null,
    version_id uuid not null,
    engine text not null check (engine in ('xllamacpp', 'vllm')),
    status text not null check (status in ('wanted', 'starting', 'serving', 'stopped', 'failed')),
    wanted boolean not null,
    node_id uuid,
    base_url text,
    provider_id uuid,
    problem jsonb,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references model_versions (tenant_id, id),
    foreign key (tenant_id, provider_id) references providers (tenant_id, id)
);
create index served_models_of_versions on served_models (tenant_id, version_id, created_at desc);
create index served_models_wanted on served_models (created_at) where wanted;
create table model_splits (
    tenant_id uuid not null,
    id uuid not null,
    alias_id uuid not null,
    alias text not null,
    version_id uuid not null,
    target_id uuid not null,
    percent bigint not null check (percent between 0 and 100),
    status text not null check (status in ('active', 'rolled_back', 'ended')),
    reason text,
    evidence jsonb not null,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references model_versions (tenant_id, id),
    foreign key (tenant_id, alias_id) references model_aliases (tenant_id, id) on delete cascade
);
create unique index model_splits_one_active on model_splits (tenant_id, alias_id) where status = 'active';
"""

RIGHTS = {
    "training_consents": "select, insert, update",
    "training_exclusions": "select, insert",
    "curations": "select, insert, update",
    # A dataset never changes.
    "datasets": "select, insert",
    "dataset_rows": "select, insert",
    "training_files": "select, insert, update (deleted_at)",
    "finetuning_jobs": "select, insert, update",
    "finetuning_points": "select, insert, update",
    "finetuning_checkpoints": "select, insert, update",
    "finetuning_notes": "select, insert",
    "model_versions": "select, insert, update (stage, artifacts, metrics, updated_at)",
    "model_version_steps": "select, insert",
    "model_evaluations": "select, insert, update",
    "model_evaluation_answers": "select, insert",
    "served_models": "select, insert, update",
    "model_splits": "select, insert, update",
}


def upgrade() -> None:
    for schema in (DATASETS, JOBS, VERSIONS):
        op.execute(schema)
    for table, rights in RIGHTS.items():
        secure(table, rights)
    # Who looks for work to do finds it over all tenants, and does it within one.
    across_tenants(
        {
            "curations": "select",
            "finetuning_jobs": "select, update",
            "model_evaluations": "select",
            "served_models": "select",
            "model_splits": "select",
        }
    )
