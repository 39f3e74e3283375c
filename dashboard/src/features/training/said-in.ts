/** A row of a dataset as a list of who said what. */
interface Said {
  who: string;
  text: string;
  /** It is context and not learnt: a failed step of good work. */
  isMasked: boolean;
}

export function saidIn(content: Record<string, unknown>): Said[] {
  const parts = [
    ["", content.messages],
    ["", content.prompt],
    ["chosen: ", content.chosen],
    ["rejected: ", content.rejected],
  ] as const;
  return parts.flatMap(([before, messages]) => listOf(messages).map((message) => saidBy(before, message)));
}

function saidBy(before: string, message: Record<string, unknown>): Said {
  const calls = listOf(message.tool_calls).map((call) => JSON.stringify(call.function));
  const text = [typeof message.content === "string" ? message.content : "", ...calls].filter(Boolean).join("\n");
  return { who: `${before}${String(message.role)}`, text, isMasked: message.weight === 0 };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}
