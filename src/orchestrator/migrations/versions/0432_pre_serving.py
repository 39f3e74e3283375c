"""Evaluations get keys of the gateway; what is served says which arm it is, and under which name."""

from alembic import op

revision = "0432"
down_revision = "0415"


def upgrade() -> None:
    op.execute("""
        alter table gateway_keys add column evaluation_id uuid;
        alter table gateway_keys drop constraint gateway_keys_of_one;
        alter table gateway_keys add constraint gateway_keys_of_one
            check (num_nonnulls(runtime_id, assignment_id, evaluation_id) = 1);
        alter table gateway_keys add foreign key (tenant_id, evaluation_id) references model_evaluations (tenant_id, id);
        create index gateway_keys_of_evaluations on gateway_keys (tenant_id, evaluation_id)
            where evaluation_id is not null;
        alter table served_models add column arm text not null default 'tuned' check (arm in ('base', 'tuned'));
        alter table served_models add column alias text not null default '';
        alter table served_models alter column arm drop default;
        alter table served_models alter column alias drop default;
        create unique index served_models_one_of_a_name on served_models (tenant_id, alias) where wanted;
    """)
