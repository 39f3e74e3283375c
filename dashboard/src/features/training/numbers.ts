/** What a job measured, as people read it. */
import type { Job, Point } from "@/api/training";

/** "0.0153": four digits that count. */
export function measured(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const whole = Math.abs(value) >= 1000 || Number.isInteger(value);
  return whole ? value.toLocaleString("en-US", { maximumFractionDigits: 0 }) : String(Number(value.toPrecision(4)));
}

/** "120 / 200". */
export function progressOf({ step, total_steps }: Job): string {
  return total_steps === null ? String(step) : `${step} / ${total_steps}`;
}

export interface Curves {
  steps: number[];
  train: (number | null)[];
  heldout: (number | null)[];
}

/** The losses by step; null where a step has none of that kind. */
export function curvesOf(points: readonly Point[]): Curves {
  const byStep = new Map<number, { train: number | null; heldout: number | null }>();
  for (const { step, kind, metrics } of points) {
    const { loss } = metrics;
    if (typeof loss !== "number" || (kind !== "train" && kind !== "heldout")) continue;
    const at = byStep.get(step) ?? { train: null, heldout: null };
    at[kind] = loss;
    byStep.set(step, at);
  }
  const steps = [...byStep.keys()].sort((one, other) => one - other);
  const ofKind = (kind: "train" | "heldout") => steps.map((step) => byStep.get(step)?.[kind] ?? null);
  return { steps, train: ofKind("train"), heldout: ofKind("heldout") };
}
