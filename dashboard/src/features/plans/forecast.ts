/** What is left, as far as sessions of before tell it: in ranges, as a forecast without one says more than anybody knows. */
import type { Expected, Forecast } from "@/api/plans";
import { money } from "@/lib/money";
import { duration } from "@/lib/time";
import { counted } from "@/lib/words";

type Range = Expected["seconds"];

/** Half of the times it is less than the first, and 8 of 10 times between the two in parentheses. */
export function rangeOf({ low, middle, high }: Range, say: (value: number) => string): string {
  return say(low) === say(high) ? say(middle) : `${say(middle)} (${say(low)} to ${say(high)})`;
}

export const seconds = (range: Range) => rangeOf(range, duration);
export const cost = (range: Range) => rangeOf(range, (value) => money(Math.round(value)));

/** Null of a plan that is over. */
export function leftOf(forecast: Forecast | null): string | null {
  if (forecast === null) return null;
  if (forecast.unknown.length > 0)
    return `not known yet: fewer than 5 sessions were like ${counted(forecast.unknown.length, "task")} of it`;
  if (!forecast.seconds || !forecast.cost_micro_usd) return "not known: nobody is there to work on it";
  return `${seconds(forecast.seconds)}, ${cost(forecast.cost_micro_usd)}`;
}

const ALIKE: Record<Expected["alike"], string> = {
  repository_and_work: "of this repository and this kind",
  work: "of this kind",
  repository: "of this repository",
  tenant: "of the tenant",
};

export function expectedOf({ seconds: time, cost_micro_usd, sessions, alike }: Expected): string {
  return `${seconds(time)}, ${cost(cost_micro_usd)}; by ${counted(sessions, "session")} ${ALIKE[alike]}`;
}
