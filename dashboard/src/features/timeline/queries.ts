import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { components } from "@/api/schema";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { exactly, money } from "@/lib/money";
import { duration } from "@/lib/time";
import { turnNumber } from "@/lib/turns";

export type Span = components["schemas"]["Span"];

export const KINDS: readonly { kind: Span["kind"]; label: string; colour: string }[] = [
  { kind: "turn", label: "Turns", colour: "--ink-soft" },
  { kind: "model_call", label: "Model calls", colour: "--busy" },
  { kind: "tool", label: "Tools", colour: "--good" },
  { kind: "wait", label: "Waits", colour: "--line-strong" },
  { kind: "approval", label: "Approvals", colour: "--attention" },
  { kind: "command", label: "Verification", colour: "--accent" },
];

export function kindName(kind: Span["kind"]): string {
  return KINDS.find((one) => one.kind === kind)?.label ?? kind;
}

export const timeline = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["timeline", id],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET("/api/v1/sessions/{session_id}/timeline", {
          params: { path: { session_id: id }, query: { limit: 500, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    meta: { session: id, refreshedBy: ["session", "turn", "tool", "transcript", "evidence", "approval"] },
  });

/** In milliseconds since the session was handed in. */
export interface Bar {
  span: Span;
  from: number;
  to: number;
  isFailed: boolean;
}

const BAD = /^(failed|error|timed_out|denied|stopped|cancelled|[45]\d\d)$/;

export function barsOf(spans: readonly Span[], startMs: number, nowMs: number): Bar[] {
  return spans.map((span) => ({
    span,
    from: Date.parse(span.began_at) - startMs,
    to: (span.ended_at === null ? nowMs : Date.parse(span.ended_at)) - startMs,
    isFailed: BAD.test(span.outcome ?? ""),
  }));
}

/** What there is to say about a bar, a line each. */
export function factsOf({ span, from, to }: Bar): string[] {
  const facts = [`${kindName(span.kind)}: ${nameOf(span)}`];
  const end = span.ended_at === null ? ", goes on" : "";
  facts.push(`${duration((to - from) / 1000)}, from ${duration(from / 1000)} on${end}`);
  if (span.outcome) facts.push(span.outcome);
  if (span.reason) facts.push(unhidden(span.reason));
  if (span.input_tokens !== null) {
    facts.push(`${exactly(span.input_tokens)} tokens in, ${exactly(span.output_tokens ?? 0)} out`);
    facts.push(money(span.cost_micro_usd ?? 0));
  }
  if (!span.exact) facts.push("Its times are estimates.");
  return facts;
}

export function nameOf(span: Span): string {
  const label = unhiddenName(span.label ?? "");
  return span.kind === "turn" && span.turn !== null ? `${turnNumber(span.turn)} ${label}`.trim() : label;
}
