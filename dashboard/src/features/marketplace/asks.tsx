import type { ReactNode } from "react";
import type { Asks } from "@/api/market";
import { unhidden } from "@/lib/hidden";
import { money } from "@/lib/money";
import { Facts } from "@/ui/panel";

/** Everything that a version asks for, and what it does not ask for. */
export function AsksFacts({ asks }: { asks: Asks }) {
  return <Facts facts={factsOf(asks)} />;
}

function factsOf({ permissions, network, mcp_servers, secrets, models, price_micro_usd }: Asks): [string, ReactNode][] {
  return [
    ["Permissions", <Permissions key="permissions" rules={permissions ?? []} />],
    ["Network", <Lines key="network" lines={network} none="none but what the tenant allows anyway" />],
    ["MCP servers", <Servers key="servers" servers={mcp_servers ?? []} />],
    ["Secrets", <Lines key="secrets" lines={secrets} none="none" />],
    ["Models", <Lines key="models" lines={models} none="the session's, or the tenant's default" />],
    ["Price", price_micro_usd ? `${money(price_micro_usd)} a completed session, to its publisher` : "none"],
  ];
}

function Permissions({ rules }: { rules: NonNullable<Asks["permissions"]> }) {
  const others = rules.length === 0 ? "all that the tenant's policy allows" : "all else as the tenant's policy has it";
  return (
    <Lines
      lines={[...rules.map(({ permission, pattern, action }) => `${permission} ${pattern ?? "*"}: ${action}`), others]}
      none=""
    />
  );
}

function Servers({ servers }: { servers: NonNullable<Asks["mcp_servers"]> }) {
  const lines = servers.flatMap(({ name, where, given }) => [
    `${name}: ${where}`,
    ...Object.entries(given ?? {}).map(([key, value]) => `${name} is given ${key}: ${value}`),
  ]);
  return <Lines lines={lines} none="none" />;
}

function Lines({ lines = [], none }: { lines?: readonly string[]; none: string }) {
  if (lines.length === 0) return <span className="text-ink-soft">{none}</span>;
  return (
    <ul className="numbers text-xs">
      {lines.map((line) => (
        <li key={line} className="wrap-anywhere">
          {unhidden(line)}
        </li>
      ))}
    </ul>
  );
}
