import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleOff, Hourglass, Plus } from "lucide-react";
import { catalog, catalogQueries, type Provider } from "@/api/catalog";
import { useMe, useWhyNot } from "@/api/me";
import { momentOr } from "@/lib/time";
import { useNow } from "@/ui/amounts";
import { type State, StateBadge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { EmptyState } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { monoColumn, nameColumn } from "./columns";
import { ListSection } from "./list-section";
import { ProviderForm } from "./provider-form";
import { RecordDrawer } from "./record-drawer";
import { Card } from "./records";

const STATES = {
  on: { label: "On", tone: "good", icon: CircleCheck },
  off: { label: "Off", tone: "muted", icon: CircleOff },
  spent: { label: "Used up", tone: "bad", icon: Hourglass },
} satisfies Record<string, State>;

function ProviderState({ provider: { enabled, exhausted_until } }: { provider: Provider }) {
  const isSpent = useNow() < Date.parse(exhausted_until ?? "");
  return <StateBadge state={STATES[!enabled ? "off" : isSpent ? "spent" : "on"]} />;
}

const ownerOf = ({ id, platform }: Provider) => (id === null ? "settings" : platform ? "platform" : "tenant");
const keyOf = ({ has_api_key, api_key_fingerprint }: Provider) =>
  has_api_key ? (api_key_fingerprint ?? "sealed") : "none";

const COLUMNS: Column<Provider>[] = [
  { id: "state", header: "State", width: "6.5rem", cell: (row) => <ProviderState provider={row} /> },
  nameColumn(),
  monoColumn("Kind", ({ kind }) => kind, { width: "9rem" }),
  monoColumn("Address", ({ base_url }) => base_url, { width: "minmax(9rem, 2fr)", from: 800 }),
  monoColumn("Key", keyOf, { width: "8rem", from: 700 }),
  { id: "owner", header: "Owner", width: "6rem", cell: ownerOf },
];

export function Providers() {
  const query = useQuery(catalogQueries.providers());
  return (
    <ListSection
      label="Providers"
      about="Where the gateway sends model calls. Keys stay in the gateway, sealed; they can be replaced and never be read."
      add={{
        label: "Add a provider",
        icon: <Plus />,
        need: "providers:write",
        form: (close) => <ProviderForm onClose={close} />,
      }}
      query={query}
      rows={query.data ?? []}
      rowKey={({ id, name }) => id ?? name}
      columns={COLUMNS}
      card={(row) => (
        <Card
          head={
            <>
              <ProviderState provider={row} /> <span className="truncate">{row.name}</span>
            </>
          }
          tail={`${row.kind} · of the ${ownerOf(row)}`}
        />
      )}
      empty={<EmptyState title="No providers">Add one, then a model that leads to it.</EmptyState>}
      opened={(row, close) => <Opened provider={row} onClose={close} />}
    />
  );
}

function Opened({ provider, onClose }: { provider: Provider; onClose(): void }) {
  const remove = async () => {
    if (provider.id === null) return;
    await catalog.deleteProvider(provider.id, provider.platform);
    toast(`The provider ${provider.name} is deleted.`);
    onClose();
  };
  return (
    <RecordDrawer
      title={provider.name}
      facts={factsOf(provider)}
      whyNot={useWhyNotChange(provider)}
      deeds={[
        {
          label: "Delete",
          title: `Delete ${provider.name}`,
          about: "Its key is deleted with it. A provider that a model still leads to is refused.",
          confirmLabel: "Delete the provider",
          isDangerous: true,
          run: remove,
        },
      ]}
      change={{ form: (close) => <ProviderForm provider={provider} onClose={close} /> }}
      onClose={onClose}
    />
  );
}

function useWhyNotChange({ id, platform }: Provider): string | null {
  const { is_operator } = useMe();
  const whyNotRole = useWhyNot("providers:write");
  if (id === null) return "It is named by the settings, and is changed there.";
  return platform && !is_operator ? "It is the platform's: operators change it." : whyNotRole;
}

function factsOf(provider: Provider): [string, React.ReactNode][] {
  return [
    ["State", <ProviderState key="state" provider={provider} />],
    ["Kind", provider.kind],
    ["Address", <Mono key="address" text={provider.base_url} isBroken />],
    ["Speaks", provider.formats.join(", ")],
    ["Key", <Mono key="key" text={keyOf(provider)} />],
    ["Owner", ownerOf(provider)],
    ["Requests a minute", provider.requests_per_minute ?? "no limit"],
    ["Tokens a minute", provider.tokens_per_minute ?? "no limit"],
    ["Used up until", momentOr(provider.exhausted_until, "–")],
    ["Changed", momentOr(provider.updated_at, "–")],
  ];
}
