import { useNavigate } from "@tanstack/react-router";
import type { AgentListed } from "@/api/agents";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { allCapabilities } from "./listing";
import { type AgentsSearch, ORDERS, type Order } from "./search";

export function isNarrowed({ q, can, state }: AgentsSearch): boolean {
  return [q, can, state].some((one) => one !== undefined);
}

export function Filters({ agents, search }: { agents: readonly AgentListed[]; search: AgentsSearch }) {
  const navigate = useNavigate();
  const narrow = (change: AgentsSearch) =>
    void navigate({ to: "/agents", search: { ...search, ...change }, replace: true });
  return (
    <FilterBar>
      <TextFilter label="Name or words" value={search.q} onChange={(q) => narrow({ q })} className="w-40!" isSearch />
      <FilterSelect label="Capability" value={search.can ?? ""} onChange={(can) => narrow({ can: can || undefined })}>
        <option value="">Any capability</option>
        {allCapabilities(agents).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </FilterSelect>
      <FilterSelect
        label="State"
        value={search.state ?? ""}
        onChange={(state) => narrow({ state: (state || undefined) as AgentsSearch["state"] })}
      >
        <option value="">On and off</option>
        <option value="on">Takes work</option>
        <option value="off">Switched off</option>
      </FilterSelect>
      <FilterSelect label="Order" value={search.by ?? "name"} onChange={(order) => narrow({ by: order as Order })}>
        {Object.entries(ORDERS).map(([order, told]) => (
          <option key={order} value={order}>
            {told}
          </option>
        ))}
      </FilterSelect>
      {isNarrowed(search) && (
        <ClearFilters onClear={() => narrow({ q: undefined, can: undefined, state: undefined })} />
      )}
    </FilterBar>
  );
}
