/** Times come as ISO 8601 in UTC and are shown in the reader's own zone. */

// Kept, since to make one takes longer than to draw the rest of a row.
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

const STEPS: [limitSeconds: number, unitSeconds: number, unit: string][] = [
  [60, 1, "s"],
  [3600, 60, "m"],
  [86_400, 3600, "h"],
  [86_400 * 60, 86_400, "d"],
];

/** "12s", "3m", "5h", "9d"; what is older is told by its date. */
export function ago(iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1000));
  const step = STEPS.find(([limit]) => seconds < limit);
  return step ? `${Math.floor(seconds / step[1])}${step[2]}` : iso.slice(0, 10);
}

/** How long until then: "in 4m"; "due" once it has passed. */
export function until(iso: string, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(iso) - nowMs) / 1000);
  if (seconds <= 0) return "due";
  const step = STEPS.find(([limit]) => seconds < limit);
  return step ? `in ${Math.ceil(seconds / step[1])}${step[2]}` : iso.slice(0, 10);
}

/** "0.8s", "42s", "3m 05s", "2h 07m", "3d 4h". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`;
}

/** The whole moment, for a tooltip or a title. */
export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

/** "14:03:27". */
export function clock(iso: string): string {
  return CLOCK.format(new Date(iso));
}

/** The whole moment, or the word for there being none. */
export function momentOr(iso: string | null | undefined, none: string): string {
  return iso ? moment(iso) : none;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
