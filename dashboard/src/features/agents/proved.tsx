/** What an agent has proved: its tier, always with the number of outcomes that it stands on, and the share that is sure. */
import { ChevronDown, ChevronsUp, ChevronUp, Equal, Sprout } from "lucide-react";
import type { ProvedRecord, Tier } from "@/api/agents";
import { exactly } from "@/lib/money";
import { counted } from "@/lib/words";
import { type State, StateBadge } from "@/ui/badge";
import { share } from "./numbers";

const TIERS: Record<Tier, State & { told: string }> = {
  elite: { label: "Elite", tone: "good", icon: ChevronsUp, told: "more than 95 % succeed, for sure" },
  advanced: { label: "Advanced", tone: "good", icon: ChevronUp, told: "more than 80 % succeed, for sure" },
  competent: { label: "Competent", tone: "busy", icon: Equal, told: "more than 65 % succeed, for sure" },
  trainee: { label: "Trainee", tone: "neutral", icon: Sprout, told: "it has proved too little yet to be sure" },
  degraded: { label: "Degraded", tone: "bad", icon: ChevronDown, told: "not even half is sure to succeed" },
};

/** `n` stands beside every tier: few outcomes prove little, however good they are. */
export function TierBadge({ record }: { record: ProvedRecord }) {
  const { told, ...state } = TIERS[record.tier];
  return (
    <span className="inline-flex items-center gap-2" title={`${told}; ${toldInNumbers(record)}`}>
      <StateBadge state={state} />
      <span className="numbers text-xs whitespace-nowrap text-ink-soft">n {exactly(record.n)}</span>
    </span>
  );
}

function toldInNumbers({ n, successes }: ProvedRecord): string {
  return n === 0 ? "no outcome was judged yet" : `${exactly(successes)} of ${counted(n, "outcome")} succeeded`;
}

export function Mean({ record: { n, mean } }: { record: ProvedRecord }) {
  return <Share value={n === 0 ? null : mean} />;
}

/** What is sure with a probability of 95 %. */
export function Sure({ record: { n, lower_bound } }: { record: ProvedRecord }) {
  return <Share value={n === 0 ? null : lower_bound} />;
}

function Share({ value }: { value: number | null }) {
  if (value === null) return <span className="text-ink-faint">–</span>;
  return <span className="numbers">{share(value)}</span>;
}

/** From nothing to all: filled as far as it is sure, with a mark where the mean is. The numbers beside it say the same. */
export function SureBar({ record: { n, mean, lower_bound } }: { record: ProvedRecord }) {
  if (n === 0) return null;
  return (
    <span aria-hidden className="relative block h-2 w-full min-w-16 border border-line-strong bg-ground">
      <span className="absolute inset-y-0 left-0 bg-accent" style={{ width: `${lower_bound * 100}%` }} />
      <span className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: `${mean * 100}%` }} />
    </span>
  );
}
