import { Plus, X } from "lucide-react";
import { catalog, type Target } from "@/api/catalog";
import { useMe } from "@/api/me";
import type { Model } from "@/api/queries";
import { shownNumber, typedNumber, useDraft } from "@/lib/draft";
import { Button, IconButton } from "@/ui/button";
import { CheckField, SelectField, TextField } from "@/ui/fields";
import { type ErrorAt, FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";

type Format = Model["format"];
const FORMATS: Format[] = ["chat", "responses", "messages"];
const MICRO = 1_000_000;

/** A target as it is typed. */
interface TargetDraft {
  id: number;
  provider: string;
  model: string;
  weight: string;
  context_tokens: string;
  output_tokens: string;
  input_price: string;
  output_price: string;
}

const FIELDS = [
  { name: "provider", label: "Provider" },
  { name: "model", label: "Model at the provider" },
  { name: "context_tokens", label: "Context tokens", inputMode: "numeric" },
  { name: "output_tokens", label: "Output tokens", inputMode: "numeric" },
  { name: "input_price", label: "$ per million in", hint: "Empty: the public list.", inputMode: "decimal" },
  { name: "output_price", label: "$ per million out", hint: "Empty: the public list.", inputMode: "decimal" },
  { name: "weight", label: "Weight", hint: "Its part of the calls, of several.", inputMode: "numeric" },
] as const;

function draftOf(id: number, target?: Target): TargetDraft {
  const dollars = (price?: number | null) => shownNumber(price == null ? null : price / MICRO);
  return {
    id,
    provider: target?.provider ?? "",
    model: target?.model ?? "",
    weight: String(target?.weight ?? 1),
    context_tokens: String(target?.context_tokens ?? 128_000),
    output_tokens: String(target?.output_tokens ?? 16_000),
    input_price: dollars(target?.input_price),
    output_price: dollars(target?.output_price),
  };
}

function targetOf({ id: _, ...draft }: TargetDraft): Target {
  const number = (typed: string) => typedNumber(typed) as number;
  const micro = (typed: string) => {
    const dollars = typedNumber(typed);
    return typeof dollars === "number" ? Math.round(dollars * MICRO) : dollars;
  };
  return {
    ...draft,
    weight: number(draft.weight),
    context_tokens: number(draft.context_tokens),
    output_tokens: number(draft.output_tokens),
    input_price: micro(draft.input_price),
    output_price: micro(draft.output_price),
  };
}

/** A new name, or another place where it leads. */
export function ModelForm({ model, onClose }: { model?: Model; onClose(): void }) {
  const { is_operator } = useMe();
  const { draft, bind } = useDraft(() => ({
    name: model?.name ?? "",
    format: model?.format ?? ("chat" as Format),
    targets: model?.targets?.map((target, at) => draftOf(at, target)) ?? [draftOf(0)],
    isPlatform: model?.owner === "platform",
  }));
  const submit = async () => {
    const body = { name: draft.name, format: draft.format, targets: draft.targets.map(targetOf) };
    if (model?.id) await catalog.replaceModel(model.id, body, draft.isPlatform);
    else await catalog.addModel(body, draft.isPlatform);
    toast(`The model ${draft.name} is saved.`);
  };
  return (
    <FormDialog
      title={model ? `Change ${model.name}` : "Add a model"}
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField label="Name" hint="What sessions and calls use." {...bind("name", errorAt)} />
          <SelectField
            label="Format"
            hint="What the provider has to speak: nothing is translated."
            options={FORMATS}
            {...bind("format", errorAt)}
          />
          <Targets targets={draft.targets} onChange={bind("targets").onChange} errorAt={errorAt} />
          {is_operator && !model && (
            <CheckField label="The platform's: all tenants may use it" {...bind("isPlatform")} />
          )}
        </>
      )}
    </FormDialog>
  );
}

interface TargetsProps {
  targets: TargetDraft[];
  onChange(targets: TargetDraft[]): void;
  errorAt: ErrorAt;
}

/** Where the name leads: to one, or by weight to several. */
function Targets({ targets, onChange, errorAt }: TargetsProps) {
  const change = (id: number, part: Partial<TargetDraft>) =>
    onChange(targets.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const add = () => onChange([...targets, draftOf(Math.max(...targets.map(({ id }) => id)) + 1)]);
  return (
    <>
      {targets.map((target, at) => (
        <fieldset key={target.id} className="grid gap-3 border border-line p-3 sm:grid-cols-2">
          <legend className="label-caps flex items-center gap-2 px-1 text-ink-faint">
            Target {at + 1}
            {targets.length > 1 && (
              <IconButton
                size="small"
                className="w-6!"
                label={`Remove target ${at + 1}`}
                onClick={() => onChange(targets.filter(({ id }) => id !== target.id))}
              >
                <X />
              </IconButton>
            )}
          </legend>
          {FIELDS.map(({ name, ...field }) => (
            <TextField
              key={name}
              {...field}
              error={errorAt(`targets.${at}.${name}`)}
              value={target[name]}
              onChange={(typed) => change(target.id, { [name]: typed })}
            />
          ))}
        </fieldset>
      ))}
      <Button size="small" className="self-start" icon={<Plus />} onClick={add}>
        Add a target
      </Button>
    </>
  );
}
