/** What an agent says of its own work, of whatever shape it is. */

export interface Report {
  status: string | null;
  summary: string | null;
  error: string | null;
  output: string | null;
  milliseconds: number | null;
  tokens: number | null;
  microUsd: number | null;
}

export function reportOf(reported: Record<string, unknown> | null): Report | null {
  if (reported === null) return null;
  return {
    status: textOf(reported.status),
    summary: textOf(reported.summary),
    error: textOf(reported.error),
    output: textOf(reported.output_data),
    milliseconds: numberOf(reported.execution_time_ms),
    tokens: numberOf(reported.tokens_used),
    microUsd: numberOf(reported.cost_micro_usd),
  };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return value;
  return isEmpty(value) ? null : JSON.stringify(value, null, 2);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
