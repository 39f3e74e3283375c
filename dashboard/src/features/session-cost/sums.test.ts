import { expect, test } from "vitest";
import { byTurn, type Call } from "./sums";

const call = (turn: number | null, input: number, cost: number | null) =>
  ({ turn, input_tokens: input, output_tokens: 1, cost_micro_usd: cost }) as Call;

test("calls are summed by their turn, in its order", () => {
  expect(byTurn([call(1, 10, 5), call(0, 1, 2), call(1, 30, null), call(null, 7, 1)])).toEqual([
    { key: "null", turn: null, calls: 1, input: 7, output: 1, microUsd: 1 },
    { key: "0", turn: 0, calls: 1, input: 1, output: 1, microUsd: 2 },
    { key: "1", turn: 1, calls: 2, input: 40, output: 2, microUsd: 5 },
  ]);
});
