import { useNavigate } from "@tanstack/react-router";
import type { InboxKind } from "@/api/inbox";
import { exactly } from "@/lib/money";
import { repositoryName } from "@/lib/repository";
import { Button } from "@/ui/button";
import { ClearFilters, FilterBar, FilterSelect } from "@/ui/filters";
import { KINDS } from "./kinds";
import { INBOX_KINDS, type InboxSearch, isNarrowed } from "./search";

interface FiltersProps {
  search: InboxSearch;
  counts: Partial<Record<InboxKind, number>>;
  total: number;
  repositories: string[];
}

/** By kind, each with how many there are; by repository; and those of the reader's own sessions. */
export function Filters({ search, counts, total, repositories }: FiltersProps) {
  const navigate = useNavigate();
  const narrow = (change: Partial<InboxSearch>) =>
    void navigate({
      to: "/inbox",
      search: (now: InboxSearch) => ({ ...now, ...change, item: undefined }),
      replace: true,
    });
  const chosen = search.kind ?? [];
  const shown = INBOX_KINDS.filter((kind) => counts[kind] || chosen.includes(kind));
  const toggle = (kind: InboxKind) => {
    const next = chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind];
    narrow({ kind: next.length > 0 ? next : undefined });
  };
  const known = search.repository ? [...new Set([search.repository, ...repositories])] : repositories;
  return (
    <FilterBar>
      <Chip label="All" count={total} isOn={chosen.length === 0} onPress={() => narrow({ kind: undefined })} />
      {shown.map((kind) => (
        <Chip
          key={kind}
          label={KINDS[kind].many}
          count={counts[kind] ?? 0}
          isOn={chosen.includes(kind)}
          onPress={() => toggle(kind)}
        />
      ))}
      <span className="mx-1 h-4 w-px shrink-0 bg-line" />
      <Chip label="Mine" isOn={search.mine === "1"} onPress={() => narrow({ mine: search.mine ? undefined : "1" })} />
      <FilterSelect
        label="Repository"
        className="max-w-48 pointer-coarse:h-9!"
        value={search.repository ?? ""}
        onChange={(repository) => narrow({ repository: repository || undefined })}
      >
        <option value="">Any repository</option>
        {known.map((repository) => (
          <option key={repository} value={repository}>
            {repositoryName(repository)}
          </option>
        ))}
      </FilterSelect>
      {isNarrowed(search) && (
        <ClearFilters onClear={() => narrow({ kind: undefined, repository: undefined, mine: undefined })} />
      )}
    </FilterBar>
  );
}

function Chip({ label, count, isOn, onPress }: { label: string; count?: number; isOn: boolean; onPress(): void }) {
  return (
    <Button
      size="small"
      aria-pressed={isOn}
      className={`pointer-coarse:h-9! ${isOn ? "border-accent! bg-accent-wash!" : ""}`}
      onClick={onPress}
    >
      {label}
      {count !== undefined && <span className="numbers text-2xs text-ink-faint">{exactly(count)}</span>}
    </Button>
  );
}
