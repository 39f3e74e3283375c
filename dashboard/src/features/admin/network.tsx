import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { admin, adminQueries, type Network as NetworkRead } from "@/api/admin";
import type { Tagged } from "@/api/client";
import { useDraft } from "@/lib/draft";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { LinesField, SelectField } from "@/ui/fields";
import { Mono } from "@/ui/mono";
import { Facts, Panel } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { useEdited } from "./edited";
import { Bar } from "./records";
import { useTenantId, useWhyNotUnlessOperator } from "./tenant";

/** Nothing chosen is first. */
const MODES = {
  "": "as the operator set it",
  host: "host: all that this machine reaches",
  allowlist: "allowlist: only the hosts below",
  none: "none: only the gateway",
};

export function Network() {
  const tenant = useTenantId();
  const query = useQuery(adminQueries.network(tenant));
  const [version, setVersion] = useState(0);
  return (
    <Loaded query={query} label="the network policy">
      {(read) => (
        <>
          <Bar>What sandboxes may reach besides the gateway. It holds for sandboxes that start from now on.</Bar>
          <div className="grid min-h-0 gap-3 overflow-y-auto p-3 xl:grid-cols-2">
            <Choice key={version} tenant={tenant} read={read} onNew={() => setVersion(version + 1)} />
            <Refused refused={read.value.refused} />
          </div>
        </>
      )}
    </Loaded>
  );
}

interface ChoiceProps {
  tenant: string;
  read: Tagged<NetworkRead>;
  onNew(): void;
}

function Choice({ tenant, read, onNew }: ChoiceProps) {
  const { value, isBusy, save, trouble } = useEdited(read, onNew);
  const { draft, bind } = useDraft({
    mode: (value.chosen_mode ?? "") as keyof typeof MODES,
    hosts: (value.chosen_hosts ?? []).join("\n"),
  });
  const whyNot = useWhyNotUnlessOperator("tenant:write");
  const write = async (etag: string) => {
    const hosts = draft.hosts.split(/\s+/).filter(Boolean);
    const allowed_hosts = hosts.length > 0 || value.chosen_hosts !== null ? hosts : null;
    await admin.setNetwork(tenant, etag, { mode: draft.mode || null, allowed_hosts });
    toast("The network policy is saved.");
  };
  return (
    <Panel title="Policy">
      <div className="flex flex-col gap-3 p-3">
        {trouble}
        <Facts
          facts={[
            ["What holds", value.mode],
            ["Hosts that are reached", reachedOf(value)],
            ["The operator's loosest", value.least_mode],
            ["What may be allowed", value.offered_hosts.join(", ") || "any host of the internet"],
          ]}
        />
        <SelectField
          label="Mode"
          hint="No looser than the operator's."
          options={MODES}
          disabled={whyNot !== null}
          {...bind("mode")}
        />
        <LinesField
          label="Allowed hosts"
          hint="One a line: a host, an address or *.domain, with :port where it is not 80 or 443."
          disabled={whyNot !== null}
          {...bind("hosts")}
        />
        <Button look="primary" className="self-start" isBusy={isBusy} whyNot={whyNot} onClick={() => void save(write)}>
          Save the policy
        </Button>
      </div>
    </Panel>
  );
}

function reachedOf({ mode, allowed_hosts }: NetworkRead): string {
  if (mode === "host") return "all that this machine reaches";
  return (mode === "allowlist" && allowed_hosts.join(", ")) || "none but the gateway";
}

function Refused({ refused }: Pick<NetworkRead, "refused">) {
  return (
    <Panel title="Asked for in vain" note="what sandboxes were refused, the newest first">
      {refused.length === 0 && <p className="p-3 text-ink-soft">Nothing was refused.</p>}
      <ul>
        {refused.map(({ host, port, reason, at }) => (
          <li key={`${host}:${port} ${at}`} className="flex gap-3 border-b border-line px-3 py-1 last:border-b-0">
            <Mono text={`${host}:${port}`} />
            <span className="min-w-0 grow truncate text-xs text-ink-faint">{reason}</span>
            <RelativeTime at={at} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
