import { catalog, type Provider } from "@/api/catalog";
import { useMe } from "@/api/me";
import { shownNumber, typedNumber, typedText, useDraft } from "@/lib/draft";
import { CheckField, SecretField, SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";

type Kind = Provider["kind"];
type Option = "region" | "access_key_id" | "directory_id" | "client_id";

const KINDS: Record<Kind, string> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  openai_compatible: "OpenAI-compatible",
  azure_openai: "Azure OpenAI",
  bedrock: "Amazon Bedrock",
  vertex: "Google Vertex AI",
};
const OPTIONS: Partial<Record<Kind, Partial<Record<Option, string>>>> = {
  azure_openai: { directory_id: "Directory (tenant) id", client_id: "Application (client) id" },
  bedrock: { region: "Region", access_key_id: "Access key id" },
};

function draftOf(provider?: Provider) {
  return {
    name: provider?.name ?? "",
    kind: provider?.kind ?? ("openai_compatible" as Kind),
    base_url: provider?.base_url ?? "",
    api_key: "",
    options: (provider?.options ?? {}) as Partial<Record<Option, string | null>>,
    requests_per_minute: shownNumber(provider?.requests_per_minute),
    tokens_per_minute: shownNumber(provider?.tokens_per_minute),
    enabled: provider?.enabled ?? true,
    isPlatform: provider?.platform ?? false,
  };
}

/** A new provider, or another one of it. The key is written and never read: an empty field leaves it as it is. */
export function ProviderForm({ provider, onClose }: { provider?: Provider; onClose(): void }) {
  const { is_operator } = useMe();
  const { draft, set, bind } = useDraft(() => draftOf(provider));
  const submit = async () => {
    const { isPlatform, api_key, ...rest } = draft;
    const body = {
      ...rest,
      ...(api_key ? { api_key } : {}),
      base_url: typedText(draft.base_url),
      requests_per_minute: typedNumber(draft.requests_per_minute),
      tokens_per_minute: typedNumber(draft.tokens_per_minute),
    };
    if (provider?.id) await catalog.changeProvider(provider.id, body, isPlatform);
    else await catalog.addProvider(body, isPlatform);
    toast(`The provider ${draft.name} is saved.`);
  };
  return (
    <FormDialog
      title={provider ? `Change ${provider.name}` : "Add a provider"}
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField label="Name" hint="Letters, digits, dots, hyphens." {...bind("name", errorAt)} />
          <SelectField label="Kind" options={KINDS} {...bind("kind", errorAt)} />
          <TextField
            label="Address"
            type="url"
            hint="Empty: the public one of OpenAI and Anthropic."
            {...bind("base_url", errorAt)}
          />
          <SecretField
            label="Key"
            hint={provider?.has_api_key ? "There is one. Empty leaves it as it is." : "Sealed at rest, never shown."}
            {...bind("api_key", errorAt)}
          />
          {Object.entries(OPTIONS[draft.kind] ?? {}).map(([option, label]) => (
            <TextField
              key={option}
              label={label}
              error={errorAt(`options.${option}`)}
              value={draft.options[option as Option] ?? ""}
              onChange={(typed) => set({ options: { ...draft.options, [option]: typedText(typed) } })}
            />
          ))}
          <Limit label="Requests a minute" {...bind("requests_per_minute", errorAt)} />
          <Limit label="Tokens a minute" {...bind("tokens_per_minute", errorAt)} />
          <CheckField label="Switched on" {...bind("enabled")} />
          {is_operator && !provider && (
            <CheckField label="The platform's: all tenants may use it" {...bind("isPlatform")} />
          )}
        </>
      )}
    </FormDialog>
  );
}

function Limit(props: { label: string; value: string; onChange(typed: string): void; error: string | null }) {
  return <TextField inputMode="numeric" hint="Empty is no limit." {...props} />;
}
