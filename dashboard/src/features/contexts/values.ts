/** Values as they are shown and typed: any JSON. */
import { ApiError } from "@/api/errors";

export function shown(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}

/** Throws what the server would say at the field, when it is no JSON. */
export function typedValue(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    const message = "value: This is no JSON; a text stands in quotes";
    throw new ApiError(422, { code: "not_json", message, hint: "" });
  }
}

/** What stands at a JSON pointer (RFC 6901); undefined where there is nothing. */
export function at(value: unknown, pointer: string): unknown {
  const parts = pointer.split("/").slice(1);
  return parts.reduce<unknown>((within, part) => {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    return typeof within === "object" && within !== null && Object.hasOwn(within, name)
      ? (within as Record<string, unknown>)[name]
      : undefined;
  }, value);
}

/** One line, for a table. */
export function brief(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
