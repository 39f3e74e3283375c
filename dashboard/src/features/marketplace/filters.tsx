import { useNavigate } from "@tanstack/react-router";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { isNarrowed, type MarketSearch, ORDERS, RATINGS } from "./search";

export function Filters({ search }: { search: MarketSearch }) {
  const navigate = useNavigate();
  const narrow = (change: MarketSearch) =>
    void navigate({ to: "/market", search: { ...search, ...change }, replace: true });
  const chosen = <Name extends keyof MarketSearch>(name: Name) => ({
    value: search[name] ?? "",
    onChange: (value: string) => narrow({ [name]: (value || undefined) as MarketSearch[Name] }),
  });
  return (
    <FilterBar>
      <TextFilter label="Name or words" value={search.q} onChange={(q) => narrow({ q })} className="w-40!" isSearch />
      <TextFilter label="Capability" value={search.can} onChange={(can) => narrow({ can })} />
      <FilterSelect label="Kind" {...chosen("runs")}>
        <option value="">Any kind</option>
        <option value="opencode">OpenCode</option>
        <option value="external">External</option>
      </FilterSelect>
      <FilterSelect label="Proved" {...chosen("sure")}>
        <option value="">Proved or not</option>
        {RATINGS.map((one) => (
          <option key={one} value={one}>{`Sure of more than ${Number(one) * 100} %`}</option>
        ))}
      </FilterSelect>
      <FilterSelect label="Publisher" {...chosen("own")}>
        <option value="">Any publisher</option>
        <option value="1">Your tenant</option>
      </FilterSelect>
      <FilterSelect label="Order" {...chosen("by")}>
        {Object.entries(ORDERS).map(([order, told]) => (
          <option key={order} value={order === "updated" ? "" : order}>
            {told}
          </option>
        ))}
      </FilterSelect>
      {isNarrowed(search) && <ClearFilters onClear={() => narrow(NOTHING)} />}
    </FilterBar>
  );
}

const NOTHING: MarketSearch = { q: undefined, runs: undefined, can: undefined, sure: undefined, own: undefined };
