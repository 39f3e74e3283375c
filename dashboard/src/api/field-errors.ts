/** Which field of a form an error speaks of. A refused body is told as "name: why", the path of the field ahead. */
import { ApiError } from "./errors";

const PATH = /^([a-z_]+(?:\.[A-Za-z0-9_-]+)*): /;

/** The field's path as the server names it: `name`, `options.region`, `targets.0.model`. */
export function fieldOf(error: unknown, fieldOfCode: Record<string, string> = {}): string | null {
  if (!(error instanceof ApiError)) return null;
  const known = fieldOfCode[error.code];
  if (known !== undefined) return known;
  return error.status === 422 ? (PATH.exec(error.message)?.[1] ?? null) : null;
}

/** What is wrong with the field, without its path, which the label says already. */
export function fieldMessage(error: ApiError): string {
  const text = error.message.replace(PATH, "").replace(/^Value error, /, "");
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
