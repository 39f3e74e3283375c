"""Rows by the thousand, as if a team had worked for long: copies of one real session, and parts of its conversation."""

SESSIONS = """
    insert into sessions (tenant_id, id, title, prompt, branch, agent, model, priority, isolation, timeout_seconds,
        max_feedback_rounds, status, attempt, input_tokens, output_tokens, cost_micro_usd, created_by, created_at,
        finished_at)
    select tenant_id, gen_random_uuid(), 'Session ' || n, prompt, branch, agent, model, priority, isolation,
        timeout_seconds, max_feedback_rounds, new_status, 1, n, n, n, created_by, created_at - make_interval(secs => n),
        case when new_status <> 'pending' then created_at - make_interval(secs => n - 1) end
    from sessions, generate_series(1, %(count)s) n,
        lateral (select (%(statuses)s::text[])[1 + mod(n, cardinality(%(statuses)s::text[]))]) picked (new_status)
    where id = %(id)s
"""
PARTS = """
    insert into transcript_parts (tenant_id, session_id, part_id, message_id, role, type, model, data, created_at)
    select tenant_id, id, 'prt_' || lpad(n::text, 6, '0'), 'msg_' || n / 5, 'assistant',
        case mod(n, 4) when 0 then 'tool' when 1 then 'reasoning' else 'text' end, 'scripted-model', case mod(n, 4)
            when 0 then jsonb_build_object('tool', 'bash', 'state', jsonb_build_object('status', 'completed', 'input',
                jsonb_build_object('command', 'make part-' || n), 'output', 'Part ' || n || ' of many.'))
            else jsonb_build_object('text', 'Part ' || n || ' of many.' || repeat(E'\\n\\nA **line** of `code`.', mod(n, 7)))
            end, now()
    from sessions, generate_series(1, %(count)s) n where id = %(id)s
"""
