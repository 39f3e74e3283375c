import { external, type MadeEnrolment } from "@/api/external";
import { typedText, useDraft } from "@/lib/draft";
import { TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { typedCapabilities } from "./listing";

/** Makes a token that lets one agent join. */
export function Enrol({ onMade, onClose }: { onMade(made: MadeEnrolment): void; onClose(): void }) {
  const { draft, bind } = useDraft({ name: "", capabilities: "" });
  const submit = async () => {
    const agent_name = typedText(draft.name);
    onMade(await external.enrol({ agent_name, capabilities: typedCapabilities(draft.capabilities) }));
  };
  return (
    <FormDialog
      title="Let one agent join"
      description="A token lets one agent join within 15 minutes. Whoever runs it reads the code of its sessions: let join whom you would let read it."
      submitLabel="Make the token"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ agent_name_taken: "agent_name", capability_invalid: "capabilities" }}
    >
      {(errorAt) => (
        <>
          <TextField
            label="Agent"
            hint="The agent that it may join, beside others of that name. Empty: it brings a name that is new."
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            {...bind("name")}
            error={errorAt("agent_name")}
          />
          <TextField
            label="Capabilities"
            hint="All that it may say of itself, with spaces between. Empty: anything."
            placeholder="bug-fix python"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            {...bind("capabilities", errorAt)}
          />
        </>
      )}
    </FormDialog>
  );
}
