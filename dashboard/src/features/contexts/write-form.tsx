import { useState } from "react";
import { type ContextEntry, type ContextItem, contexts, type Policy, type Scope } from "@/api/contexts";
import { typedText, useDraft } from "@/lib/draft";
import { LinesField, SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";
import { SCOPES } from "./search";
import { shown, typedValue } from "./values";
import { SCOPE_WORDS } from "./whose";

const POLICIES: Record<Policy, string> = {
  conflict: "Both are kept: the later one as a conflict",
  last_write_wins: "The last one counts",
};

/** A new entry, or the next version of one. What others write meanwhile is merged with it, or becomes a conflict. */
export function WriteForm({ entry, onClose }: { entry?: ContextItem | ContextEntry; onClose(): void }) {
  // What it is changed from is what was read when it was opened, whatever is written meanwhile.
  const [from] = useState(entry);
  const { draft, bind } = useDraft({
    scope: from?.scope ?? ("GLOBAL" as Scope),
    scope_id: from?.scope_id ?? "",
    key: from?.key ?? "",
    value: from && "value" in from ? shown(from.value) : "",
    policy: from?.policy ?? ("conflict" as Policy),
  });
  const submit = async () => {
    const body = { ...draft, scope_id: typedText(draft.scope_id), value: typedValue(draft.value) };
    const written = await contexts.write(body, from?.deleted ? undefined : from?.version);
    toast(
      written.merged
        ? `${written.key} is written, together with what others wrote meanwhile.`
        : `${written.key} is written, as version ${written.version}.`,
    );
  };
  return (
    <FormDialog
      title={from ? `Change ${from.key}` : "New entry"}
      submitLabel="Write"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{
        context_key_invalid: "key",
        context_scope_invalid: "scope_id",
        context_value_invalid: "value",
        context_version_required: "key",
      }}
    >
      {(errorAt) => (
        <>
          {!from && (
            <>
              <SelectField
                label="Scope"
                options={SCOPES.map(
                  (scope) => [scope, `${SCOPE_WORDS[scope].label}: ${SCOPE_WORDS[scope].whose}`] as const,
                )}
                {...bind("scope", errorAt)}
              />
              {draft.scope !== "GLOBAL" && (
                <TextField
                  label={`Id of the ${SCOPE_WORDS[draft.scope].label.toLowerCase()}`}
                  className="font-mono"
                  {...bind("scope_id", errorAt)}
                />
              )}
              <TextField
                label="Key"
                hint="Letters, digits and . _ - /, such as decisions/database."
                className="font-mono"
                {...bind("key", errorAt)}
              />
            </>
          )}
          <LinesField label="Value" rows={12} hint="JSON; a text stands in quotes." {...bind("value", errorAt)} />
          <SelectField label="When writes collide" options={POLICIES} {...bind("policy", errorAt)} />
        </>
      )}
    </FormDialog>
  );
}
