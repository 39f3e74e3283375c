import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { admin, adminQueries, type Policy as PolicyRead } from "@/api/admin";
import type { Tagged } from "@/api/client";
import { useWhyNot } from "@/api/me";
import { shownNumber, typedNumber, useDraft } from "@/lib/draft";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/fields";
import { Panel } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { useEdited } from "./edited";
import { Bar } from "./records";
import { BuiltIn, RuleList, rowsOf } from "./rules";

export function Policy() {
  const query = useQuery(adminQueries.policy());
  const [version, setVersion] = useState(0);
  return (
    <Loaded query={query} label="the approval policy">
      {(read) => (
        <>
          <Bar>
            What agents may do without asking, what a person must allow, and what is denied. The first rule that matches
            decides; running turns ask by them at once.
          </Bar>
          <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
            <Edit key={version} read={read} onNew={() => setVersion(version + 1)} />
            <BuiltIn rules={read.value.built_in} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function draftOf({ rules, deadline_seconds, default: byDefault }: PolicyRead) {
  return { rows: rowsOf(rules), minutes: shownNumber(deadline_seconds / 60), byDefault };
}

function bodyOf({ rows, minutes, byDefault }: ReturnType<typeof draftOf>) {
  const typed = typedNumber(minutes);
  return {
    rules: rows.map(({ rule }) => rule),
    deadline_seconds: (typeof typed === "number" ? Math.round(typed * 60) : typed) as number,
    default: byDefault,
  };
}

/** The rules as they are being changed. */
function Edit({ read, onNew }: { read: Tagged<PolicyRead>; onNew(): void }) {
  const { value, isBusy, save, trouble } = useEdited(read, onNew);
  const { draft, bind } = useDraft(() => draftOf(value));
  const whyNot = useWhyNot("approval_policy:write");
  const wanted = bodyOf(draft);
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(bodyOf(draftOf(value)));
  const write = async (etag: string) => {
    await admin.setPolicy(etag, wanted);
    toast("The policy is saved.", "Running turns ask by it from now on.");
  };
  return (
    <>
      {trouble}
      <Panel
        title="Rules of this tenant"
        note={isChanged ? "not saved yet" : `${draft.rows.length} rules`}
        actions={
          <>
            {isChanged && (
              <Button size="small" look="quiet" onClick={onNew}>
                Discard
              </Button>
            )}
            <Button
              size="small"
              look="primary"
              isBusy={isBusy}
              whyNot={whyNot ?? (isChanged ? null : "Nothing is changed.")}
              onClick={() => void save(write)}
            >
              Save the policy
            </Button>
          </>
        }
      >
        <RuleList rows={draft.rows} onChange={bind("rows").onChange} whyNot={whyNot} />
      </Panel>
      <Panel title="When nobody answers">
        <div className="grid gap-3 p-3 sm:grid-cols-2">
          <TextField
            label="Minutes that a person has to answer"
            inputMode="numeric"
            disabled={whyNot !== null}
            {...bind("minutes")}
          />
          <SelectField
            label="What a permission gets then"
            options={["deny", "allow"]}
            disabled={whyNot !== null}
            {...bind("byDefault")}
          />
        </div>
      </Panel>
    </>
  );
}
