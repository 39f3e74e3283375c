import { useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import { OUTCOMES } from "@/lib/status";
import type { FleetSearch } from "./search";

interface Chip {
  label: string;
  value: string;
  without: Partial<FleetSearch>;
}

/** What the list is narrowed down to by where one came from, such as a number of the costs: told, and to be taken away. */
export function Chips({ search, ownerName }: { search: FleetSearch; ownerName?: string | null }) {
  const navigate = useNavigate({ from: "/fleet" });
  const chips = chipsOf(search, ownerName);
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Also narrowed down by" className="flex shrink-0 flex-wrap gap-1.5 border-b border-line px-4 py-1.5">
      {chips.map(({ label, value, without }) => (
        <li
          key={label}
          className="flex h-6 min-w-0 items-center border border-accent bg-accent-wash pl-2 text-xs pointer-coarse:h-9"
        >
          <span className="mr-1.5 shrink-0 text-ink-soft">{label}</span>
          <span className="min-w-0 truncate">{value}</span>
          <button
            type="button"
            aria-label={`Take away: ${label} ${value}`}
            className="ml-1 grid h-full w-6 shrink-0 place-items-center hover:bg-raised pointer-coarse:w-9"
            onClick={() => void navigate({ to: "/fleet", search: (now) => ({ ...now, ...without }), replace: true })}
          >
            <X aria-hidden className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function chipsOf({ owner, outcome, from, to }: FleetSearch, ownerName?: string | null): Chip[] {
  const chips: Chip[] = [];
  if (owner !== undefined) chips.push({ label: "Owner", value: ownerName ?? owner, without: { owner: undefined } });
  if (outcome) {
    const value = outcome.map((one) => OUTCOMES[one]).join(", or ");
    chips.push({ label: "Outcome", value, without: { outcome: undefined } });
  }
  const days = daysOf(from, to);
  if (days) chips.push({ label: "Model calls", value: days, without: { from: undefined, to: undefined } });
  return chips;
}

function daysOf(from: string | undefined, to: string | undefined): string | null {
  if (from === undefined) return to === undefined ? null : `until ${to} (UTC)`;
  if (to === undefined) return `since ${from} (UTC)`;
  return from === to ? `on ${from} (UTC)` : `${from} to ${to} (UTC)`;
}
