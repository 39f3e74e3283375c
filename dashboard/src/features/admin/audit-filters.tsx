import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/ui/button";
import { Select, TextInput } from "@/ui/field";
import type { AdminSearch } from "./search";

interface AuditFiltersProps {
  filters: Pick<AdminSearch, "actor" | "action" | "target" | "sort">;
  isNarrowed: boolean;
  onChange(change: Partial<AdminSearch>): void;
}

const FILTERS = [
  { name: "action", label: "Action" },
  { name: "actor", label: "Actor" },
  { name: "target", label: "Target" },
] as const;

export function AuditFilters({ filters, isNarrowed, onChange }: AuditFiltersProps) {
  return (
    <search className="flex shrink-0 items-center gap-2 overflow-x-auto border-b border-line px-4 py-1.5">
      {FILTERS.map(({ name, label }) => (
        <Filter key={name} label={label} value={filters[name]} onChange={(value) => onChange({ [name]: value })} />
      ))}
      <Select
        aria-label="Order"
        className="h-6! w-auto! text-xs!"
        value={filters.sort ?? "newest"}
        onChange={({ target }) => onChange({ sort: target.value === "oldest" ? "oldest" : undefined })}
      >
        <option value="newest">Newest first</option>
        <option value="oldest">Oldest first</option>
      </Select>
      {isNarrowed && (
        <Button
          size="small"
          look="quiet"
          icon={<X />}
          onClick={() => onChange({ actor: undefined, action: undefined, target: undefined })}
        >
          Clear
        </Button>
      )}
    </search>
  );
}

function Filter({ label, value, onChange }: { label: string; value?: string; onChange(value?: string): void }) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  const commit = () => {
    const next = typed.trim() || undefined;
    if (next !== value) onChange(next);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      className="h-6! w-40! shrink-0 text-xs!"
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}
