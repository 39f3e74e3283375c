/** What a tool call was, in one line and in whole. */

import { unhidden } from "@/lib/hidden";
import type { Part } from "./window";

export interface ToolCall {
  name: string;
  /** What it was used on, in one line. */
  line: string;
  isError: boolean;
  /** When it began, in milliseconds since 1970, while it runs. */
  runsSinceMs: number | null;
  seconds: number | null;
  input: Record<string, unknown>;
  /** What it answered, or why it failed. */
  output: string;
  /** What another agent was told to do, when it is that. */
  subagent: string | null;
}

export function toolCallOf({ data, created_at }: Part): ToolCall {
  const state = record(data.state);
  const input = record(state.input);
  const name = text(data.tool) || "tool";
  const isError = state.status === "error";
  return {
    name,
    line: oneLine(mainArgument(name, input) || text(state.title) || argumentsOf(input)),
    isError,
    runsSinceMs: state.status === "running" ? (startOf(record(state.time)) ?? Date.parse(created_at)) : null,
    seconds: secondsOf(record(state.time)),
    input,
    output: (isError ? text(state.error) : text(state.output)) || text(state.output),
    subagent: name === "task" ? text(input.subagent_type) || "sub-agent" : null,
  };
}

const MAIN: Record<string, string> = {
  bash: "command",
  read: "filePath",
  write: "filePath",
  edit: "filePath",
  glob: "pattern",
  grep: "pattern",
  list: "path",
  webfetch: "url",
  task: "description",
  skill: "name",
};

function mainArgument(name: string, input: Record<string, unknown>): string {
  if (name === "todowrite" && Array.isArray(input.todos)) return `${input.todos.length} to do`;
  if (name === "question" && Array.isArray(input.questions)) return text(record(input.questions[0]).question);
  return text(input[MAIN[name] ?? ""]);
}

function argumentsOf(input: Record<string, unknown>): string {
  return Object.keys(input).length === 0 ? "" : JSON.stringify(input);
}

const LONGEST_LINE = 200;

function oneLine(words: string): string {
  const line = words.trim().replace(/\s+/g, " ");
  return unhidden(line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line);
}

function startOf({ start }: Record<string, unknown>): number | null {
  return typeof start === "number" ? start : null;
}

function secondsOf({ start, end }: Record<string, unknown>): number | null {
  return typeof start === "number" && typeof end === "number" && end >= start ? (end - start) / 1000 : null;
}

const MOST_CHARACTERS = 6000;
const MOST_LINES = 60;

/** The beginning of a long text; the same text when it is short. */
export function beginningOf(whole: string): string {
  let end = Math.min(whole.length, MOST_CHARACTERS);
  let at = -1;
  for (let line = 0; line < MOST_LINES; line++) {
    at = whole.indexOf("\n", at + 1);
    if (at < 0 || at >= end) return whole.slice(0, end);
  }
  end = at;
  return whole.slice(0, end);
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
