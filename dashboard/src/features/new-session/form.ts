/** The form as it is typed, the request that is made of it, and the field that a refusal is about. */
import { ApiError } from "@/api/errors";
import type { Session } from "@/api/queries";
import type { components } from "@/api/schema";

export type SessionCreate = components["schemas"]["SessionCreate"];

/** `repository`: those that its .orchestrator.yml names. */
export type VerifyBy = "repository" | "commands" | "nothing";

export interface Form {
  prompt: string;
  title: string;
  repository: string;
  baseRef: string;
  agent: string;
  model: string;
  verifyBy: VerifyBy;
  commands: string;
  isolation: "tenant" | "session";
  priority: string;
  timeoutMinutes: string;
  feedbackRounds: string;
  turns: string;
  steps: string;
  stallSeconds: string;
  tokens: string;
  usd: string;
}

export type Field = keyof Form;

/** The server's own defaults of what has to be sent; what is left empty it decides itself. */
export const EMPTY: Form = {
  prompt: "",
  title: "",
  repository: "",
  baseRef: "",
  agent: "",
  model: "",
  verifyBy: "repository",
  commands: "",
  isolation: "tenant",
  priority: "0",
  timeoutMinutes: "60",
  feedbackRounds: "2",
  turns: "50",
  steps: "",
  stallSeconds: "",
  tokens: "",
  usd: "",
};

export function formOf(session: Session): Form {
  const { verify } = session;
  return {
    prompt: session.prompt,
    title: session.title === session.prompt.trim().split("\n")[0]?.slice(0, 80).trimEnd() ? "" : session.title,
    repository: session.repository ?? "",
    baseRef: session.base_ref ?? "",
    agent: session.agent,
    model: session.model,
    verifyBy: verify === null ? "repository" : verify.length > 0 ? "commands" : "nothing",
    commands: verify?.join("\n") ?? "",
    isolation: session.isolation === "session" ? "session" : "tenant",
    priority: String(session.priority),
    timeoutMinutes: String(session.timeout_seconds / 60),
    feedbackRounds: String(session.max_feedback_rounds),
    turns: String(session.max_turns),
    steps: textOf(session.max_steps),
    stallSeconds: textOf(session.stall_seconds),
    tokens: textOf(session.max_tokens),
    usd: session.max_cost_micro_usd === null ? "" : String(session.max_cost_micro_usd / 1_000_000),
  };
}

function textOf(value: number | null): string {
  return value === null ? "" : String(value);
}

export type Problems = Partial<Record<Field, string>>;

const NUMBERS: { field: Field; least: number; most: number; isWhole: boolean; isNeeded: boolean }[] = [
  { field: "priority", least: -100, most: 100, isWhole: true, isNeeded: true },
  { field: "timeoutMinutes", least: 1 / 6, most: 7 * 24 * 60, isWhole: false, isNeeded: true },
  { field: "feedbackRounds", least: 0, most: 20, isWhole: true, isNeeded: true },
  { field: "turns", least: 1, most: 1000, isWhole: true, isNeeded: true },
  { field: "steps", least: 1, most: 10_000, isWhole: true, isNeeded: false },
  { field: "stallSeconds", least: 1, most: 86_400, isWhole: true, isNeeded: false },
  { field: "usd", least: 0.000001, most: 1_000_000_000, isWhole: false, isNeeded: false },
];

/** What can be said without asking the server. */
export function problemsOf(form: Form): Problems {
  const problems: Problems = {};
  if (form.prompt.trim() === "") problems.prompt = "Say what the agent is to do.";
  if (form.verifyBy === "commands" && commandsOf(form).length === 0) problems.commands = "Name at least one command.";
  if (commandsOf(form).length > 20) problems.commands = "20 commands at most; put more into one script.";
  for (const { field, least, most, isWhole, isNeeded } of NUMBERS) {
    const typed = form[field].trim();
    if (typed === "" && !isNeeded) continue;
    const value = typed === "" ? Number.NaN : Number(typed);
    if (Number.isNaN(value) || value < least || value > most || (isWhole && !Number.isInteger(value))) {
      problems[field] =
        `A ${isWhole ? "whole " : ""}number from ${least < 1 && least > 0 ? "more than 0" : least} to ${most}.`;
    }
  }
  if (tokensOf(form.tokens) === undefined) problems.tokens = "A number such as 500000, 500k or 2M.";
  return problems;
}

/** Of a form without problems. */
export function requestOf(form: Form, start: boolean): SessionCreate {
  return {
    prompt: form.prompt,
    title: form.title.trim() || null,
    repository: form.repository.trim() || null,
    base_ref: form.baseRef.trim() || null,
    agent: form.agent || null,
    model: form.model || null,
    verify: { repository: null, commands: commandsOf(form), nothing: [] }[form.verifyBy],
    isolation: form.isolation,
    priority: Number(form.priority),
    timeout_seconds: Math.round(Number(form.timeoutMinutes) * 60),
    max_feedback_rounds: Number(form.feedbackRounds),
    max_turns: Number(form.turns),
    max_steps: numberOf(form.steps),
    stall_seconds: numberOf(form.stallSeconds),
    max_tokens: tokensOf(form.tokens) ?? null,
    max_cost_micro_usd: form.usd.trim() === "" ? null : Math.round(Number(form.usd) * 1_000_000),
    start,
  };
}

/** One a line. */
function commandsOf({ commands }: Form): string[] {
  return commands
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function numberOf(typed: string): number | null {
  return typed.trim() === "" ? null : Number(typed);
}

const UNITS: Record<string, number> = { "": 1, k: 1000, m: 1_000_000 };

/** null: none was typed; undefined: it is no number of tokens. */
export function tokensOf(typed: string): number | null | undefined {
  if (typed.trim() === "") return null;
  const found = /^(\d+(?:\.\d+)?)\s*([km]?)$/i.exec(typed.trim().replaceAll(/[,_ ](?=\d{3})/g, ""));
  const tokens = found ? Math.round(Number(found[1]) * (UNITS[found[2]?.toLowerCase() ?? ""] ?? 1)) : 0;
  return tokens >= 1 && tokens <= 1e15 ? tokens : undefined;
}

const FIELDS: Record<string, Field> = {
  prompt: "prompt",
  title: "title",
  repository: "repository",
  base_ref: "baseRef",
  agent: "agent",
  model: "model",
  priority: "priority",
  verify: "commands",
  isolation: "isolation",
  timeout_seconds: "timeoutMinutes",
  max_feedback_rounds: "feedbackRounds",
  max_turns: "turns",
  max_steps: "steps",
  stall_seconds: "stallSeconds",
  max_tokens: "tokens",
  max_cost_micro_usd: "usd",
};

const CODES: [code: RegExp, field: Field][] = [
  [/^prompt_/, "prompt"],
  [/^ref_/, "baseRef"],
  [/^repository_/, "repository"],
  [/agent/, "agent"],
  [/model|price|provider/, "model"],
];

/** Which field the server's refusal is about; null when it is about none of them, as when the queue is full. */
export function fieldOf(error: unknown): Field | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === "invalid") return FIELDS[/^(\w+)[.:]/.exec(error.message)?.[1] ?? ""] ?? null;
  return CODES.find(([code]) => code.test(error.code))?.[1] ?? null;
}

/** What every part of the form is given. */
export interface PartProps {
  form: Form;
  set(change: Partial<Form>): void;
  /** What a field of that name is bound to. */
  bind<Name extends Field>(name: Name): { value: Form[Name]; error: string | null; onChange(value: Form[Name]): void };
}

/** Whether something that is folded away is not as it is by itself. */
export function isChanged(form: Form, fields: readonly Field[]): boolean {
  return fields.some((field) => form[field] !== EMPTY[field]);
}
