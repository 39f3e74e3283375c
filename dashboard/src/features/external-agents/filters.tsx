import { useNavigate } from "@tanstack/react-router";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { DESIRED, type ExternalSearch, isNarrowed, STANDINGS, TRANSPORTS } from "./search";
import { DESIRED_TOLD, STANDING_STATES } from "./states";

export function Filters({ search }: { search: ExternalSearch }) {
  const navigate = useNavigate();
  const narrow = (change: ExternalSearch) =>
    void navigate({ to: "/agents/external", search: { ...search, ...change }, replace: true });
  return (
    <FilterBar>
      <TextFilter label="Name or words" value={search.q} onChange={(q) => narrow({ q })} className="w-40!" isSearch />
      <FilterSelect
        label="Liveness"
        value={search.is ?? ""}
        onChange={(is) => narrow({ is: (is || undefined) as ExternalSearch["is"] })}
      >
        <option value="">Any liveness</option>
        {STANDINGS.map((one) => (
          <option key={one} value={one}>
            {STANDING_STATES[one].label}
          </option>
        ))}
      </FilterSelect>
      <FilterSelect
        label="Transport"
        value={search.via ?? ""}
        onChange={(via) => narrow({ via: (via || undefined) as ExternalSearch["via"] })}
      >
        <option value="">Any transport</option>
        {TRANSPORTS.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </FilterSelect>
      <FilterSelect
        label="Is wanted"
        value={search.to ?? ""}
        onChange={(to) => narrow({ to: (to || undefined) as ExternalSearch["to"] })}
      >
        <option value="">Whatever is wanted</option>
        {DESIRED.map((one) => (
          <option key={one} value={one}>
            {DESIRED_TOLD[one]}
          </option>
        ))}
      </FilterSelect>
      {isNarrowed(search) && (
        <ClearFilters onClear={() => narrow({ q: undefined, is: undefined, via: undefined, to: undefined })} />
      )}
    </FilterBar>
  );
}
