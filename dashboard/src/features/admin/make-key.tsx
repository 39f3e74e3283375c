import { admin, type MadeKey, type Role } from "@/api/admin";
import { useMe } from "@/api/me";
import { useDraft } from "@/lib/draft";
import { ROLES } from "@/lib/permissions";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { CheckField, SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";

const DAY_MS = 86_400_000;
/** By days. */
const EXPIRIES = [
  ["7", "in 7 days"],
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
  ["0", "never, until it is revoked"],
] as const;
const USUAL_DAYS: string = "90";

export function MakeKey({ onMade, onClose }: { onMade(made: MadeKey): void; onClose(): void }) {
  const me = useMe();
  const { draft, bind } = useDraft({ name: "", role: "MEMBER" as Role, days: USUAL_DAYS, operator: false });
  const submit = async () => {
    const { days, ...wanted } = draft;
    const expires_at = days === "0" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    onMade(await admin.makeKey({ ...wanted, expires_at }));
  };
  const rolesUpToMine = ROLES.slice(me.role === null ? ROLES.length : ROLES.indexOf(me.role));
  return (
    <FormDialog
      title="Make a key"
      submitLabel="Make the key"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ role_required: "role" }}
    >
      {(errorAt) => (
        <>
          <TextField label="Name" hint="What it is for, to know it again." {...bind("name", errorAt)} />
          <SelectField label="Role" hint="At most your own." options={rolesUpToMine} {...bind("role", errorAt)} />
          <SelectField label="Expires" options={EXPIRIES} {...bind("days")} error={errorAt("expires_at")} />
          {me.is_operator && <CheckField label="May keep the platform as well (operator)" {...bind("operator")} />}
        </>
      )}
    </FormDialog>
  );
}

/** The only time that anybody sees the text of a key. */
export function ShownOnce({ made, onClose }: { made: Pick<MadeKey, "name" | "key">; onClose(): void }) {
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`The key ${made.name}`}
      description="Copy it now: it is shown this once, and nobody can read it again."
      footer={
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      {made.key ? (
        <div className="flex items-center gap-2 border border-line-strong bg-ground p-2">
          <code data-testid="shown-once" className="numbers min-w-0 grow text-xs break-all select-all">
            {made.key}
          </code>
          <CopyButton text={made.key} label="Copy the key" />
        </div>
      ) : (
        <p>It was shown in an earlier answer. Rotate the key to get another secret.</p>
      )}
    </Dialog>
  );
}
