/** Shares and scores as they are written; rounded down, so that none looks like more than it is. */

/** "95.0 %" of 0.9509. */
export function share(value: number): string {
  return `${(Math.floor(Math.round(value * 10_000) / 10) / 10).toFixed(1)} %`;
}

/** From 0 to 1, as routing counts. */
export function score(value: number): string {
  return value.toFixed(2);
}

/** "2 of 4", or "2" without a limit; a dash as long as nobody knows. */
export function loadOf(live: number | undefined, limit: number | null | undefined): string {
  if (live === undefined) return "–";
  return typeof limit === "number" ? `${live} of ${limit}` : String(live);
}
