-- 0070_ledger_groups.sql once more, with the same outcome from fewer rows. What a group looks for it looks up by its own ids,
-- given as arrays: for a subquery's ids the planner read all holds and usage events of the tenant, at every call.
-- Each function goes without bitmap scans and sequential scans, since holds come and go so fast that the index and the pages
-- are full of dead ones: an index scan marks those that it meets, and no later one looks at them again. The others do neither.

-- Locks what these calls are paid from. An account that is missing is opened where calls come one by one.
create or replace function ledger_lock_all(p_tenant uuid, p_month text, p_calls jsonb) returns void language plpgsql
set enable_bitmapscan = off set enable_seqscan = off as $$
declare
    sessions text[] := array(select distinct c ->> 'session_id' from jsonb_array_elements(p_calls) c);
begin
    perform 1 from budget_accounts
    where tenant_id = p_tenant and scope = 'tenant' and subject = '' and period = p_month
    for update;
    perform 1 from budget_accounts
    where tenant_id = p_tenant and scope = 'session' and period = 'all'
        and subject = any (sessions)
    order by subject
    for update;
end $$;

-- Holds the worst case of all these calls, on all their accounts. True when they are held now.
create or replace function ledger_reserve_all(p_tenant uuid, p_month text, p_seconds double precision, p_calls jsonb)
returns boolean language plpgsql
set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off as $$
declare
    request_ids uuid[] := array(select (c ->> 'request_id')::uuid from jsonb_array_elements(p_calls) c);
    fits boolean;
begin
    perform ledger_lock_all(p_tenant, p_month, p_calls);
    with held as (
        select
            case grouping(l.user_subject, l.repository, l.session_id)
                when 7 then 'tenant' when 3 then 'user' when 5 then 'repository' else 'session'
            end as scope,
            coalesce(l.user_subject, l.repository, l.session_id::text, '') as subject,
            case grouping(l.session_id)
                when 0 then sum(l.tokens) else sum(l.tokens) filter (where l.period = p_month)
            end as tokens,
            case grouping(l.session_id)
                when 0 then sum(l.micro_usd) else sum(l.micro_usd) filter (where l.period = p_month)
            end as micro_usd
        from budget_holds l
        where l.tenant_id = p_tenant and (l.reached_provider or l.expires_at > clock_timestamp())
        group by grouping sets ((), (l.user_subject), (l.repository), (l.session_id))
    )
    select bool_and(
        a.tenant_id is not null
        and coalesce(a.spent_tokens + coalesce(h.tokens, 0) + n.tokens <= case n.scope
            when 'tenant' then q.tokens_per_month
            when 'session' then least(q.max_session_tokens, n.session_tokens)
            else b.tokens_per_month
        end, true)
        and coalesce(a.spent_micro_usd + coalesce(h.micro_usd, 0) + n.micro_usd <= case n.scope
            when 'tenant' then q.cost_micro_usd_per_month
            when 'session' then n.session_micro_usd
            else b.cost_micro_usd_per_month
        end, true)
    )
    into fits
    from quotas q
    cross join ledger_sums(p_month, p_calls) n
    left join budget_accounts a
        on a.tenant_id = p_tenant and a.scope = n.scope and a.subject = n.subject and a.period = n.period
    left join budgets b on b.tenant_id = p_tenant and b.scope = n.scope and b.subject = n.subject
    left join held h on h.scope = n.scope and h.subject = n.subject
    where q.tenant_id = p_tenant;
    if fits is not true then
        return null;
    end if;
    -- Each id is looked up by itself, and written as a range in an order that nothing may sort, so that no index but that of
    -- the ids will do: by statistics of when they were few, the planner else reads all usage events of the tenant.
    if exists (
        select 1 from unnest(request_ids) id
        where (select true from usage_events where tenant_id = p_tenant and request_id between id and id order by request_id limit 1)
            or (select true from budget_holds where tenant_id = p_tenant and request_id between id and id order by request_id limit 1)
    ) then
        return null;
    end if;
    insert into budget_holds (
        tenant_id, request_id, session_id, user_subject, repository, period, tokens, micro_usd, detail,
        reached_provider, created_at, expires_at
    )
    select
        p_tenant, c.request_id, c.session_id, c.user_subject, c.repository, p_month, c.tokens, c.micro_usd, c.detail,
        c.reached, clock_timestamp(), clock_timestamp() + make_interval(secs => p_seconds)
    from jsonb_to_recordset(p_calls) c (
        request_id uuid, session_id uuid, user_subject text, repository text, tokens bigint, micro_usd bigint,
        detail jsonb, reached boolean
    );
    -- A hold that dies with the database held nothing that was used: settling does not depend on it.
    perform set_config('synchronous_commit', 'off', true);
    return true;
end $$;

-- Appends the usage events of calls, each once per request, and counts them in `spent`. Answers which of them count now.
-- It is not on the disk when this returns, so that no account is locked while the disk is written: a commit that
-- waits for the disk is to follow over the same connection, and only then it is booked. What a crash of the database takes in between is to be settled again.
create or replace function ledger_settle_all(p_tenant uuid, p_month text, p_warn_percent bigint, p_calls jsonb, p_events jsonb)
returns jsonb language plpgsql
set enable_bitmapscan = off set enable_seqscan = off as $$
declare
    request_ids uuid[] := array(select (e ->> 'request_id')::uuid from jsonb_array_elements(p_events) e);
    quiet boolean;
    form usage_events;
    counted jsonb;
begin
    perform 1 from budget_holds
    where tenant_id = p_tenant and request_id = any (request_ids)
    order by request_id
    for update;
    perform ledger_lock_all(p_tenant, p_month, p_calls);
    select bool_and(
        a.tenant_id is not null
        and coalesce(a.spent_tokens * 100.0 >= w.tokens or (a.spent_tokens + n.tokens) * 100 < w.tokens, true)
        and coalesce(a.spent_micro_usd * 100.0 >= w.micro_usd or (a.spent_micro_usd + n.micro_usd) * 100 < w.micro_usd, true)
        -- Where a sum would pass what an account can count, calls are booked one by one.
        and a.spent_tokens + n.tokens <= 9223372036854775807 and a.spent_micro_usd + n.micro_usd <= 9223372036854775807
    )
    into quiet
    from quotas q
    cross join ledger_sums(p_month, p_calls) n
    left join budget_accounts a
        on a.tenant_id = p_tenant and a.scope = n.scope and a.subject = n.subject and a.period = n.period
    left join budgets b on b.tenant_id = p_tenant and b.scope = n.scope and b.subject = n.subject
    cross join lateral (
        select
            p_warn_percent::numeric * case n.scope
                when 'tenant' then q.tokens_per_month
                when 'session' then least(q.max_session_tokens, n.session_tokens)
                else b.tokens_per_month
            end as tokens,
            p_warn_percent::numeric * case n.scope
                when 'tenant' then q.cost_micro_usd_per_month
                when 'session' then n.session_micro_usd
                else b.cost_micro_usd_per_month
            end as micro_usd
    ) w
    where q.tenant_id = p_tenant;
    if quiet is not true then
        return null;
    end if;
    delete from budget_holds
    where tenant_id = p_tenant and request_id = any (request_ids);
    form.created_at := clock_timestamp();
    with added as (
        insert into usage_events select e.* from jsonb_populate_recordset(form, p_events) e on conflict do nothing
        returning request_id, user_subject, repository, session_id, input_tokens + output_tokens as tokens,
            cost_micro_usd as micro_usd
    ), sums as (
        select s.* from ledger_sums(p_month, (select jsonb_agg(to_jsonb(added)) from added)) s
    ), booked as (
        update budget_accounts a set
            spent_tokens = a.spent_tokens + s.tokens::bigint, spent_micro_usd = a.spent_micro_usd + s.micro_usd::bigint
        from sums s
        where s.tokens is not null
            and a.tenant_id = p_tenant and a.scope = s.scope and a.subject = s.subject and a.period = s.period
    )
    select coalesce(jsonb_agg(request_id), '[]') into counted from added;
    perform set_config('synchronous_commit', 'off', true);
    return counted;
end $$;
