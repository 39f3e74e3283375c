import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { queries, type Session } from "@/api/queries";
import { fork } from "@/api/session-deeds";
import { type Checkpoint, sessionQueries } from "@/api/session-queries";
import { typedText, useDraft } from "@/lib/draft";
import { sessionPath } from "@/lib/links";
import { AreaField, SelectField, TextField } from "./fields";
import { FormDialog } from "./form-dialog";
import { ErrorPanel } from "./panels";
import { toast } from "./toast";

interface ForkProps {
  session: Session;
  /** The number of the one to begin at; the newest unless it is named. */
  checkpoint?: number;
  onClose(): void;
}

/** A new session from a checkpoint of this one; what is left empty is as in this one. */
export function ForkDialog({ session, checkpoint, onClose }: ForkProps) {
  const navigate = useNavigate();
  const checkpoints = useQuery(sessionQueries.checkpoints(session.id));
  const models = useModels(session);
  const { draft, bind } = useDraft({
    checkpoint: checkpoint === undefined ? "" : String(checkpoint),
    prompt: "",
    agent: "",
    model: "",
    title: "",
  });
  const submit = async () => {
    const made = await fork(session.id, {
      checkpoint: draft.checkpoint === "" ? null : Number(draft.checkpoint),
      prompt: typedText(draft.prompt),
      agent: typedText(draft.agent),
      model: draft.model || null,
      title: typedText(draft.title),
    });
    toast("Forked. This is the new session.");
    await navigate({ to: sessionPath(made.id) as string });
  };
  const none = checkpoints.data?.items.length === 0 ? "There is no checkpoint yet; the first turn makes one." : null;
  return (
    <FormDialog
      title="Fork this session"
      description="A new session begins with the files and the conversation of a checkpoint. This one is not touched."
      submitLabel="Fork"
      whyNot={none}
      onSubmit={submit}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          {checkpoints.isError && <ErrorPanel error={checkpoints.error} onRetry={() => checkpoints.refetch()} />}
          <AreaField label="What the agent is told then" hint="Empty: “Go on.”" {...bind("prompt", errorAt)} />
          <SelectField
            label="Checkpoint"
            options={checkpointsOf(checkpoints.data?.items ?? [], draft.checkpoint)}
            {...bind("checkpoint", errorAt)}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField label="Agent" placeholder={session.agent} {...bind("agent", errorAt)} />
            <SelectField label="Model" options={models} {...bind("model", errorAt)} />
          </div>
          <TextField label="Title" placeholder={session.title} {...bind("title", errorAt)} />
        </>
      )}
    </FormDialog>
  );
}

/** The newest first; the chosen one is among them before they are read. */
function checkpointsOf(items: readonly Checkpoint[], chosen: string): [string, string][] {
  const known = [...items]
    .reverse()
    .map(({ number, commit, changed }): [string, string] => [
      String(number),
      `${number}, at ${commit.slice(0, 10)}${changed ? "" : ", nothing changed"}`,
    ]);
  const isKnown = chosen === "" || known.some(([number]) => number === chosen);
  return [["", "The newest"], ...(isKnown ? [] : [[chosen, chosen] as [string, string]]), ...known];
}

function useModels(session: Session): [string, string][] {
  const { data } = useQuery(queries.models());
  const others = (data?.items ?? []).filter(({ name, usable }) => usable && name !== session.model);
  return [["", `${session.model}, as here`], ...others.map(({ name }): [string, string] => [name, name])];
}
