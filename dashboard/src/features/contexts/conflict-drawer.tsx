import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type ContextConflict, contextQueries, contexts } from "@/api/contexts";
import { useWhyNot } from "@/api/me";
import { useDraft } from "@/lib/draft";
import { unhidden } from "@/lib/hidden";
import { moment } from "@/lib/time";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { LinesField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { Literal, Part } from "@/ui/literal";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { useDeed } from "@/ui/use-deed";
import { at, brief, shown, typedValue } from "./values";
import { Whose } from "./whose";

/** Both sides of a write that was refused, and the ways out of it. */
export function ConflictDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const conflict = useQuery(contextQueries.conflict(id));
  const [isWriting, setWriting] = useState(false);
  if (isWriting && conflict.data) return <OtherValue conflict={conflict.data} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={conflict.data?.key ?? "Conflict"}
      footer={
        conflict.data?.resolution === null && (
          <Deeds conflict={conflict.data} onWrite={() => setWriting(true)} onDone={onClose} />
        )
      }
    >
      <Loaded query={conflict} label="the conflict">
        {(one) => <Sides conflict={one} />}
      </Loaded>
    </Dialog>
  );
}

function Sides({ conflict }: { conflict: ContextConflict }) {
  const base = useQuery(contextQueries.version(conflict.context_id, conflict.base_version));
  const entry = useQuery(contextQueries.one(conflict.context_id));
  return (
    <div className="flex flex-col gap-4">
      <Facts facts={factsOf(conflict)} />
      <Loaded query={entry} label="what stands there">
        {({ value, version }) => (
          <>
            <Part title="Both changed">
              <Collisions conflict={conflict} base={base.data?.value} now={value} />
              <p className="text-xs text-ink-faint">
                Whichever side is taken here: what only one of them changed stays as that one made it.
              </p>
            </Part>
            <Part title={`What stands there, version ${version}`}>
              <Literal isLong>{shown(value)}</Literal>
            </Part>
          </>
        )}
      </Loaded>
      <Part title="What was refused">
        <Literal isLong>{shown(conflict.value)}</Literal>
      </Part>
    </div>
  );
}

function factsOf(conflict: ContextConflict): [string, ReactNode][] {
  const { author, created_at, base_version, current_version, resolution, resolved_by, resolved_at } = conflict;
  const facts: [string, ReactNode][] = [
    ["Whose", <Whose key="whose" of={conflict} />],
    ["Written by", <Mono key="author" text={author} isBroken />],
    ["When", moment(created_at)],
    ["It had read", `version ${base_version}, and version ${current_version} stood there`],
  ];
  if (resolution !== null) {
    facts.push(["Resolved", `${RESOLVED[resolution]}${resolved_at ? `, ${moment(resolved_at)}` : ""}`]);
    facts.push(["By", <Mono key="by" text={resolved_by ?? "–"} isBroken />]);
  }
  return facts;
}

const RESOLVED = {
  mine: "what was refused was taken",
  theirs: "what stood there was kept",
  value: "by another value",
} as const;

/** Each place that both changed: as it was read, as it stands there, and as it was refused. */
function Collisions({ conflict, base, now }: { conflict: ContextConflict; base: unknown; now: unknown }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border border-line text-left text-xs">
        <thead>
          <tr className="label-caps h-7 border-b border-line text-ink-faint">
            <th className="px-2 font-normal">Where</th>
            <th className="px-2 font-normal">Was</th>
            <th className="px-2 font-normal">Stands there</th>
            <th className="px-2 font-normal">Was refused</th>
          </tr>
        </thead>
        <tbody className="numbers">
          {conflict.paths.map((path) => (
            <tr key={path} className="border-b border-line align-top last:border-b-0">
              <th scope="row" className="px-2 py-1 font-normal break-all">
                {path || "the whole value"}
              </th>
              {[base, now, conflict.value].map((side, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the three sides keep their places.
                <td key={column} className="max-w-48 px-2 py-1 break-words">
                  {unhidden(brief(at(side, path)))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const TAKEN = { mine: "What was refused is taken.", theirs: "What stands there is kept." } as const;

interface DeedsProps {
  conflict: ContextConflict;
  onWrite(): void;
  onDone(): void;
}

function Deeds({ conflict, onWrite, onDone }: DeedsProps) {
  const whyNot = useWhyNot("contexts:write");
  const [isBusy, run] = useDeed();
  const take = (side: "mine" | "theirs") =>
    run(async () => {
      await contexts.resolve(conflict.id, { take: side }, conflict.newest_version);
      onDone();
    }, TAKEN[side]);
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button whyNot={whyNot} onClick={onWrite}>
        Another value
      </Button>
      <Button whyNot={whyNot} isBusy={isBusy} onClick={() => void take("theirs")}>
        Keep what stands there
      </Button>
      <Button look="primary" whyNot={whyNot} isBusy={isBusy} onClick={() => void take("mine")}>
        Take what was refused
      </Button>
    </div>
  );
}

/** In the place of both; refused when somebody has written since. */
function OtherValue({ conflict, onClose }: { conflict: ContextConflict; onClose(): void }) {
  const [version] = useState(conflict.newest_version);
  const { draft, bind } = useDraft({ value: shown(conflict.value) });
  const submit = async () => {
    await contexts.resolve(conflict.id, { value: typedValue(draft.value) }, version);
    toast("Resolved, by another value.");
  };
  return (
    <FormDialog
      title={`Another value of ${conflict.key}`}
      submitLabel="Resolve"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ context_value_invalid: "value" }}
    >
      {(errorAt) => (
        <LinesField label="Value" rows={12} hint="JSON; it stands in the place of both." {...bind("value", errorAt)} />
      )}
    </FormDialog>
  );
}
