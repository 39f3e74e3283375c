/** What of the agents is shown, and what is asked about them, lives in the address. */
import type { RoutingQuestion } from "@/api/agents";
import { oneOf, textOf } from "@/lib/search";

const TABS = ["list", "route"] as const;
type AgentsTab = (typeof TABS)[number];
export const ORDERS = { name: "By name", proved: "Proved most first", load: "Most to do first" } as const;
export type Order = keyof typeof ORDERS;
const STATES = ["on", "off"] as const;
type OnOrOff = (typeof STATES)[number];
const AGENT_TABS = ["record", "versions", "definition", "file"] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

export interface AgentsSearch {
  tab?: AgentsTab;
  q?: string;
  /** A capability that it has to have. */
  can?: string;
  state?: OnOrOff;
  by?: Order;
  /** What the work asks for, of which somebody asks who would do it. */
  asks?: string[];
  model?: string;
  seed?: string;
  /** The decision that is explained in the place of a question. */
  decision?: string;
}

export function agentsSearch(raw: Record<string, unknown>): AgentsSearch {
  return {
    tab: oneOf(raw.tab, TABS),
    q: textOf(raw.q),
    can: textOf(raw.can),
    state: oneOf(raw.state, STATES),
    by: oneOf(raw.by, Object.keys(ORDERS) as Order[]),
    asks: needsOf([raw.asks].flat().join(" ")),
    model: textOf(raw.model),
    seed: seedOf(textOf(raw.seed)),
    decision: textOf(raw.decision),
  };
}

interface AgentSearch {
  tab?: AgentTab;
  /** The number of the version that is looked at; none is the newest. */
  version?: string;
}

export function agentSearch(raw: Record<string, unknown>): AgentSearch {
  const version = textOf(raw.version);
  return { tab: oneOf(raw.tab, AGENT_TABS), version: version && /^\d{1,9}$/.test(version) ? version : undefined };
}

/** Capabilities as they are typed, with spaces or commas between them; each once. */
export function needsOf(typed: string): string[] | undefined {
  const needs = [...new Set(typed.toLowerCase().split(/[\s,]+/))].filter(Boolean).sort();
  return needs.length > 0 ? needs : undefined;
}

const SEEDS = 2 ** 31;

function seedOf(typed: string | undefined): string | undefined {
  return typed && /^\d+$/.test(typed) && Number(typed) < SEEDS ? String(Number(typed)) : undefined;
}

export function newSeed(): string {
  return String(Math.floor(Math.random() * SEEDS));
}

/** A seed stands in the address as soon as something was asked. */
export function questionOf({ asks, model, seed }: AgentsSearch): RoutingQuestion | null {
  return seed === undefined ? null : { capabilities: asks ?? [], model: model ?? null, seed: Number(seed) };
}
