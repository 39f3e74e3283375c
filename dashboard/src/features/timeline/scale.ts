/** The part of the time that is shown, in milliseconds since the session was handed in. */

export interface Window {
  from: number;
  to: number;
}

const LEAST_MS = 20;

/** A factor below 1 comes nearer; what is at `at` stays where it is. */
export function zoomed(now: Window, factor: number, at: number, whole: Window): Window {
  const width = Math.min(whole.to - whole.from, Math.max(LEAST_MS, (now.to - now.from) * factor));
  const share = (at - now.from) / (now.to - now.from);
  return within({ from: at - share * width, to: at + (1 - share) * width }, whole);
}

/** By a share of what is shown. */
export function moved(now: Window, share: number, whole: Window): Window {
  const by = (now.to - now.from) * share;
  return within({ from: now.from + by, to: now.to + by }, whole);
}

export function within({ from, to }: Window, whole: Window): Window {
  const width = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - width);
  return { from: start, to: start + width };
}

const STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
];

/** Round moments to write at the axis, at most so many and one. */
export function ticks({ from, to }: Window, most: number): number[] {
  const step = STEPS_MS.find((one) => (to - from) / one <= most) ?? to - from;
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}

/** "12.4-60" in seconds, as it stands in the address; null when it is none. */
export function windowOf(text: string | undefined, whole: Window): Window | null {
  const found = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (!found) return null;
  const from = Number(found[1]) * 1000;
  const to = Number(found[2]) * 1000;
  return to - from >= LEAST_MS ? within({ from, to }, whole) : null;
}

export function windowInWords({ from, to }: Window): string {
  return `${(Math.max(0, from) / 1000).toFixed(2)}-${(to / 1000).toFixed(2)}`;
}
