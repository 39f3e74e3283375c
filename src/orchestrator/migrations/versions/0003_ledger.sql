-- The ledger's moves. Each is one call, so that no account stays locked while the network carries a statement.
-- Locks are taken in one order: the hold of the request, then its accounts, then everything else.
-- Sums are made as numeric and end at the most that an account can count: whatever a tenant's own provider says of a call,
-- it is booked.
-- Their caller's role and row-level security apply: they see and change the tenant of the transaction alone.

-- Locks the payer's accounts, in one order for all, and opens those that are missing.
create function ledger_lock(p_tenant uuid, p_month text, p_user text, p_repository text, p_session uuid)
returns void language plpgsql as $$
declare
    scopes constant text[] := array['tenant', 'user', 'repository', 'session'];
    subjects constant text[] := array['', p_user, p_repository, p_session::text];
begin
    for n in 1 .. 4 loop
        continue when subjects[n] is null;
        loop
            perform 1 from budget_accounts a
            where a.tenant_id = p_tenant and a.scope = scopes[n] and a.subject = subjects[n]
                and a.period = case when n = 4 then 'all' else p_month end
            for update;
            exit when found;
            insert into budget_accounts (tenant_id, scope, subject, period)
            values (p_tenant, scopes[n], subjects[n], case when n = 4 then 'all' else p_month end)
            on conflict do nothing;
        end loop;
    end loop;
end $$;

-- The payer's accounts with the limits of this moment and what is held: by leases that live, and by every call that has
-- reached its provider, until it is settled or the sweeper has booked it.
create function ledger_standing(
    p_tenant uuid, p_month text, p_user text, p_repository text, p_session uuid,
    p_session_tokens bigint, p_session_micro_usd bigint
)
returns table (
    place integer, scope text, subject text, period text, limit_tokens bigint, limit_micro_usd bigint,
    spent_tokens bigint, spent_micro_usd bigint, held_tokens bigint, held_micro_usd bigint
)
language sql as $$
    select
        array_position(array['tenant', 'user', 'repository', 'session'], a.scope), a.scope, a.subject, a.period,
        case a.scope
            when 'tenant' then q.tokens_per_month
            when 'session' then least(q.max_session_tokens, p_session_tokens)
            else b.tokens_per_month
        end,
        case a.scope
            when 'tenant' then q.cost_micro_usd_per_month
            when 'session' then p_session_micro_usd
            else b.cost_micro_usd_per_month
        end,
        a.spent_tokens, a.spent_micro_usd,
        least(coalesce(h.tokens, 0), 9223372036854775807)::bigint, least(coalesce(h.micro_usd, 0), 9223372036854775807)::bigint
    from quotas q
    join budget_accounts a on a.tenant_id = q.tenant_id
    left join budgets b on b.tenant_id = a.tenant_id and b.scope = a.scope and b.subject = a.subject
    cross join lateral (
        select sum(l.tokens) as tokens, sum(l.micro_usd) as micro_usd from budget_holds l
        where l.tenant_id = a.tenant_id and (l.reached_provider or l.expires_at > clock_timestamp())
            and case a.scope
                when 'tenant' then l.period = a.period
                when 'user' then l.period = a.period and l.user_subject = a.subject
                when 'repository' then l.period = a.period and l.repository = a.subject
                else l.session_id = p_session
            end
    ) h
    where q.tenant_id = p_tenant and (
        (a.scope = 'tenant' and a.subject = '' and a.period = p_month)
        or (a.scope = 'user' and a.subject = p_user and a.period = p_month)
        or (a.scope = 'repository' and a.subject = p_repository and a.period = p_month)
        or (a.scope = 'session' and a.subject = p_session::text and a.period = 'all')
    )
$$;

-- Holds the worst case if every account has room for it. Answers null when it is held now; otherwise the detail of the
-- hold that this request has already, or that it is settled, or the accounts of which one at least has no room.
create function ledger_reserve(
    p_tenant uuid, p_request uuid, p_month text, p_user text, p_repository text, p_session uuid,
    p_session_tokens bigint, p_session_micro_usd bigint,
    p_tokens bigint, p_micro_usd bigint, p_priced boolean, p_detail jsonb, p_reached boolean, p_seconds double precision
)
returns jsonb language plpgsql as $$
declare
    earlier jsonb;
    accounts jsonb;
    short boolean;
begin
    perform 1 from budget_holds where tenant_id = p_tenant and request_id = p_request for update;
    perform ledger_lock(p_tenant, p_month, p_user, p_repository, p_session);
    if exists (select 1 from usage_events where tenant_id = p_tenant and request_id = p_request) then
        return jsonb_build_object('settled', true);
    end if;
    select detail into earlier from budget_holds
    where tenant_id = p_tenant and request_id = p_request and (reached_provider or expires_at > clock_timestamp());
    if found then
        return jsonb_build_object('earlier', earlier);
    end if;
    select
        coalesce(bool_or(
            s.spent_tokens::numeric + s.held_tokens + p_tokens > s.limit_tokens
            or s.spent_micro_usd::numeric + s.held_micro_usd + p_micro_usd > s.limit_micro_usd
            or (s.limit_micro_usd is not null and not p_priced)
        ), count(*) = 0),
        jsonb_agg(to_jsonb(s) order by s.place)
    into short, accounts
    from ledger_standing(
        p_tenant, p_month, p_user, p_repository, p_session, p_session_tokens, p_session_micro_usd
    ) s;
    if short then
        return jsonb_build_object(
            'accounts', coalesce(accounts, '[]'),
            'clamp', coalesce((select clamp_output from tenants where id = p_tenant), false)
        );
    end if;
    insert into budget_holds (
        tenant_id, request_id, session_id, user_subject, repository, period, tokens, micro_usd, detail,
        reached_provider, created_at, expires_at
    )
    values (
        p_tenant, p_request, p_session, p_user, p_repository, p_month, p_tokens, p_micro_usd, p_detail,
        p_reached, clock_timestamp(), clock_timestamp() + make_interval(secs => p_seconds)
    )
    on conflict (tenant_id, request_id) do update set
        period = excluded.period, tokens = excluded.tokens, micro_usd = excluded.micro_usd, detail = excluded.detail,
        reached_provider = excluded.reached_provider, expires_at = excluded.expires_at;
    -- A hold that dies with the database held nothing that was used: settling does not depend on it.
    perform set_config('synchronous_commit', 'off', true);
    return null;
end $$;

-- The call is on its way: it counts from now on, whatever becomes of who sent it. False when its lease ran out before.
create function ledger_reached(p_tenant uuid, p_request uuid) returns boolean language plpgsql as $$
begin
    update budget_holds set reached_provider = true
    where tenant_id = p_tenant and request_id = p_request and (reached_provider or expires_at > clock_timestamp());
    return found;
end $$;

create function ledger_release(p_tenant uuid, p_request uuid) returns boolean language plpgsql as $$
begin
    delete from budget_holds where tenant_id = p_tenant and request_id = p_request;
    return found;
end $$;

-- Appends the usage event once per request; only then does it count in `spent`. Whether a hold still lives does not
-- matter. Answers null when the event was there already. Changes nothing and answers false when an account would pass
-- p_warn_percent of its limit and p_alone says that nobody could tell of it in this transaction; otherwise the accounts
-- as they stand now, if there is something to tell.
create function ledger_settle(
    p_event jsonb, p_session_tokens bigint, p_session_micro_usd bigint, p_warn_percent bigint, p_alone boolean
)
returns jsonb language plpgsql as $$
declare
    e usage_events := jsonb_populate_record(null::usage_events, p_event);
    tokens constant bigint := e.input_tokens + e.output_tokens;
    telling boolean;
begin
    perform 1 from budget_holds where tenant_id = e.tenant_id and request_id = e.request_id for update;
    perform ledger_lock(e.tenant_id, e.period, e.user_subject, e.repository, e.session_id);
    select coalesce(bool_or(
        (s.spent_tokens::numeric * 100 < s.limit_tokens::numeric * p_warn_percent
            and (s.spent_tokens::numeric + tokens) * 100 >= s.limit_tokens::numeric * p_warn_percent)
        or (s.spent_micro_usd::numeric * 100 < s.limit_micro_usd::numeric * p_warn_percent
            and (s.spent_micro_usd::numeric + e.cost_micro_usd) * 100 >= s.limit_micro_usd::numeric * p_warn_percent)
    ), false)
    into telling
    from ledger_standing(
        e.tenant_id, e.period, e.user_subject, e.repository, e.session_id, p_session_tokens, p_session_micro_usd
    ) s;
    if telling and p_alone then
        return to_jsonb(false);
    end if;
    delete from budget_holds where tenant_id = e.tenant_id and request_id = e.request_id;
    e.created_at := clock_timestamp();
    insert into usage_events select e.* on conflict do nothing;
    if not found then
        return null;
    end if;
    update budget_accounts a set
        spent_tokens = least(a.spent_tokens::numeric + tokens, 9223372036854775807)::bigint,
        spent_micro_usd = least(a.spent_micro_usd::numeric + e.cost_micro_usd, 9223372036854775807)::bigint
    where a.tenant_id = e.tenant_id and (
        (a.scope = 'tenant' and a.subject = '' and a.period = e.period)
        or (a.scope = 'user' and a.subject = e.user_subject and a.period = e.period)
        or (a.scope = 'repository' and a.subject = e.repository and a.period = e.period)
        or (a.scope = 'session' and a.subject = e.session_id::text and a.period = 'all')
    );
    if not telling then
        return '[]';
    end if;
    return (
        select jsonb_agg(to_jsonb(s) order by s.place)
        from ledger_standing(
            e.tenant_id, e.period, e.user_subject, e.repository, e.session_id, p_session_tokens, p_session_micro_usd
        ) s
    );
end $$;

-- How many tokens a byte of a model's input makes at most. Once there are enough samples, only a new maximum is written.
create function ledger_learn(p_tenant uuid, p_model text, p_tokens_per_million_bytes bigint, p_enough bigint)
returns void language sql as $$
    insert into token_ratios (tenant_id, model, samples, max_tokens_per_million_bytes, updated_at)
    values (p_tenant, p_model, 1, p_tokens_per_million_bytes, clock_timestamp())
    on conflict (tenant_id, model) do update set
        samples = token_ratios.samples + 1,
        max_tokens_per_million_bytes = greatest(
            token_ratios.max_tokens_per_million_bytes, excluded.max_tokens_per_million_bytes
        ),
        updated_at = excluded.updated_at
    where token_ratios.samples < p_enough
        or token_ratios.max_tokens_per_million_bytes < excluded.max_tokens_per_million_bytes
$$;

-- Both tables change with every call: room for updates in place, and dead rows removed before they slow the next look.
alter table budget_accounts set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table budget_holds set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
