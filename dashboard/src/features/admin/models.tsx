import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleOff, Plus } from "lucide-react";
import { catalog } from "@/api/catalog";
import { useMe, useWhyNot } from "@/api/me";
import { type Model, queries } from "@/api/queries";
import { count, money } from "@/lib/money";
import { Badge, type State, StateBadge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { EmptyState } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { monoColumn } from "./columns";
import { ListSection } from "./list-section";
import { ModelForm } from "./model-form";
import { RecordDrawer } from "./record-drawer";
import { Card } from "./records";

const USABLE: State = { label: "Usable", tone: "good", icon: CircleCheck };
const NOT_USABLE: State = { label: "Not usable", tone: "bad", icon: CircleOff };
const stateOf = ({ usable }: Model) => (usable ? USABLE : NOT_USABLE);

/** Money for a million tokens, in and out. */
function priceOf({ prices }: Model): string {
  if (!prices) return "by the public list";
  const part = (price?: number | null) => (price === null || price === undefined ? "list" : money(price));
  return `${part(prices.input_price)} / ${part(prices.output_price)}`;
}

const COLUMNS: Column<Model>[] = [
  { id: "state", header: "State", width: "7.5rem", cell: (row) => <StateBadge state={stateOf(row)} /> },
  { id: "name", header: "Name", width: "minmax(10rem, 2fr)", cell: (row) => <Name model={row} /> },
  { id: "owner", header: "Owner", width: "6rem", cell: ({ owner }) => owner },
  monoColumn("Format", ({ format }) => format, { width: "6.5rem", from: 700 }),
  monoColumn("Context", ({ context_tokens }) => (context_tokens === null ? "–" : count(context_tokens)), {
    width: "5rem",
    align: "right",
    from: 800,
  }),
  monoColumn("Per million in / out", priceOf, { width: "11rem", align: "right", from: 900 }),
];

function Name({ model: { name, default: isDefault } }: { model: Model }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="numbers truncate text-xs font-medium">{name}</span>
      {isDefault && <Badge>default</Badge>}
    </span>
  );
}

export function Models() {
  const query = useQuery(queries.models());
  return (
    <ListSection
      label="Models"
      about="The names that sessions and calls use, and where each leads. A name of the tenant comes before one of the platform."
      add={{
        label: "Add a model",
        icon: <Plus />,
        need: "providers:write",
        form: (close) => <ModelForm onClose={close} />,
      }}
      query={query}
      rows={query.data?.items ?? []}
      rowKey={({ id, owner, name }) => id ?? `${owner} ${name}`}
      columns={COLUMNS}
      card={(row) => (
        <Card
          head={
            <>
              <StateBadge state={stateOf(row)} /> <Name model={row} />
            </>
          }
          tail={`of the ${row.owner} · ${priceOf(row)}`}
        />
      )}
      empty={
        <EmptyState title="No models">Add a provider first, then a name that leads to one of its models.</EmptyState>
      }
      opened={(row, close) => <Opened model={row} onClose={close} />}
    />
  );
}

function Opened({ model, onClose }: { model: Model; onClose(): void }) {
  const remove = async () => {
    if (model.id === null) return;
    await catalog.deleteModel(model.id, model.owner === "platform");
    toast(`The model ${model.name} is deleted.`);
    onClose();
  };
  return (
    <RecordDrawer
      title={model.name}
      facts={factsOf(model)}
      whyNot={useWhyNotChange(model)}
      deeds={[
        {
          label: "Delete",
          title: `Delete ${model.name}`,
          about: "Sessions that name it are refused from now on.",
          confirmLabel: "Delete the model",
          isDangerous: true,
          run: remove,
        },
      ]}
      change={{
        whyNot: model.targets ? null : "Where it leads is not told here.",
        form: (close) => <ModelForm model={model} onClose={close} />,
      }}
      onClose={onClose}
    />
  );
}

function useWhyNotChange({ id, owner }: Model): string | null {
  const { is_operator } = useMe();
  const whyNotRole = useWhyNot("providers:write");
  if (id === null) return "It belongs to the provider that the settings name.";
  return owner === "platform" && !is_operator ? "It is the platform's: operators change it." : whyNotRole;
}

function factsOf(model: Model): [string, React.ReactNode][] {
  const tokens = (most: number | null) => (most === null ? "–" : `${count(most)} tokens`);
  return [
    ["State", <StateBadge key="state" state={stateOf(model)} />],
    ["Owner", model.owner],
    ["Format", model.format],
    ["Default", model.default ? "yes, of sessions that name no model" : "no"],
    ["Context", tokens(model.context_tokens)],
    ["Output", tokens(model.output_tokens)],
    ["Per million tokens, in / out", priceOf(model)],
    ...(model.targets ?? []).map(({ provider, model: name, weight }, at): [string, string] => [
      `Target ${at + 1}`,
      `${provider}/${name}, weight ${weight}`,
    ]),
  ];
}
