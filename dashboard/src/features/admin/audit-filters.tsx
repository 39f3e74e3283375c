import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
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
    <FilterBar>
      {FILTERS.map(({ name, label }) => (
        <TextFilter
          key={name}
          label={label}
          value={filters[name]}
          onChange={(value) => onChange({ [name]: value })}
          className="w-40!"
        />
      ))}
      <FilterSelect
        label="Order"
        value={filters.sort ?? "newest"}
        onChange={(sort) => onChange({ sort: sort === "oldest" ? "oldest" : undefined })}
      >
        <option value="newest">Newest first</option>
        <option value="oldest">Oldest first</option>
      </FilterSelect>
      {isNarrowed && (
        <ClearFilters onClear={() => onChange({ actor: undefined, action: undefined, target: undefined })} />
      )}
    </FilterBar>
  );
}
