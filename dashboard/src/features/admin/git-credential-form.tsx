import { catalog, type GitCredential } from "@/api/catalog";
import { typedNumber, typedText, useDraft } from "@/lib/draft";
import { LinesField, SecretField, SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";

type Kind = GitCredential["kind"];

export const KINDS: Record<Kind, string> = { token: "Token", ssh_key: "SSH key", github_app: "GitHub App" };

const SEALED = "Sealed at rest, never shown again.";
const EMPTY = {
  name: "",
  kind: "token" as Kind,
  pattern: "",
  secret: "",
  username: "",
  known_hosts: "",
  app_id: "",
  installation_id: "",
};
/** What only one kind has; a text from before another kind was chosen is not sent. */
const OF_KIND: Record<Kind, (keyof typeof EMPTY)[]> = {
  token: ["username"],
  ssh_key: ["known_hosts"],
  github_app: ["app_id", "installation_id"],
};

export function GitCredentialForm({ onClose }: { onClose(): void }) {
  const { draft, bind } = useDraft(EMPTY);
  const submit = async () => {
    const { name, kind, pattern, secret } = draft;
    const more = Object.fromEntries(OF_KIND[kind].map((one) => [one, typedText(draft[one])]));
    if (kind === "github_app") more.installation_id = typedNumber(draft.installation_id) as unknown as string;
    const added = await catalog.addGitCredential({ name, kind, pattern, secret, ...more });
    toast(`The credential ${added.name} is used for ${added.pattern}.`);
  };
  return (
    <FormDialog title="Add a git credential" submitLabel="Add" onSubmit={submit} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextField label="Name" {...bind("name", errorAt)} />
          <SelectField label="Kind" options={KINDS} {...bind("kind", errorAt)} />
          <TextField
            label="For"
            hint="Host and beginning of the path, such as github.com/acme."
            {...bind("pattern", errorAt)}
          />
          {draft.kind === "token" && (
            <>
              <SecretField label="Token" hint={SEALED} {...bind("secret", errorAt)} />
              <TextField
                label="User name"
                hint="Empty: x-access-token, which most forges take."
                {...bind("username", errorAt)}
              />
            </>
          )}
          {draft.kind === "ssh_key" && (
            <>
              <LinesField label="Private key" hint={SEALED} autoComplete="off" {...bind("secret", errorAt)} />
              <LinesField
                label="Host keys"
                hint="Lines of a known_hosts file. Empty: the first one seen is pinned."
                {...bind("known_hosts", errorAt)}
              />
            </>
          )}
          {draft.kind === "github_app" && (
            <>
              <LinesField
                label="Private key of the app"
                hint={SEALED}
                autoComplete="off"
                {...bind("secret", errorAt)}
              />
              <TextField label="App id" {...bind("app_id", errorAt)} />
              <TextField label="Installation id" inputMode="numeric" {...bind("installation_id", errorAt)} />
            </>
          )}
        </>
      )}
    </FormDialog>
  );
}
