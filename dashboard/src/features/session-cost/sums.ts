import type { components } from "@/api/schema";

export type Call = components["schemas"]["Span"];

export interface TurnCost {
  key: string;
  turn: number | null;
  calls: number;
  input: number;
  output: number;
  microUsd: number;
}

/** In the order of the turns. */
export function byTurn(calls: readonly Call[]): TurnCost[] {
  const turns = new Map<number | null, TurnCost>();
  for (const { turn, input_tokens, output_tokens, cost_micro_usd } of calls) {
    const sum = turns.get(turn) ?? { key: String(turn), turn, calls: 0, input: 0, output: 0, microUsd: 0 };
    sum.calls += 1;
    sum.input += input_tokens ?? 0;
    sum.output += output_tokens ?? 0;
    sum.microUsd += cost_micro_usd ?? 0;
    turns.set(turn, sum);
  }
  return [...turns.values()].sort((one, other) => (one.turn ?? -1) - (other.turn ?? -1));
}
