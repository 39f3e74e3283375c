import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { catalog, catalogQueries, type GitCredential } from "@/api/catalog";
import { useWhyNot } from "@/api/me";
import { moment } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy-button";
import type { Column } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { EmptyState } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { agoColumn, monoColumn, nameColumn } from "./columns";
import { GitCredentialForm, KINDS } from "./git-credential-form";
import { ListSection } from "./list-section";
import { RecordDrawer } from "./record-drawer";
import { Card } from "./records";

const COLUMNS: Column<GitCredential>[] = [
  nameColumn(),
  { id: "kind", header: "Kind", width: "7rem", cell: ({ kind }) => <Badge>{KINDS[kind]}</Badge> },
  monoColumn("For", ({ pattern }) => pattern, { width: "minmax(9rem, 2fr)" }),
  agoColumn("Added", ({ created_at }) => created_at, { from: 640 }),
];

export function GitCredentials() {
  const query = useQuery(catalogQueries.gitCredentials());
  return (
    <ListSection
      label="Git credentials"
      about="With these the control plane fetches and pushes; no sandbox ever holds one. The longest beginning that fits is used."
      add={{
        label: "Add a credential",
        icon: <KeyRound />,
        need: "git_credentials:write",
        form: (close) => <GitCredentialForm onClose={close} />,
      }}
      query={query}
      rows={query.data ?? []}
      rowKey={({ id }) => id}
      columns={COLUMNS}
      card={(row) => <Card head={row.name} tail={`${KINDS[row.kind]} · ${row.pattern}`} />}
      empty={
        <EmptyState title="No credentials">
          Public and local repositories need none. Add one for a private remote.
        </EmptyState>
      }
      opened={(row, close) => <Opened credential={row} onClose={close} />}
    />
  );
}

function Opened({ credential, onClose }: { credential: GitCredential; onClose(): void }) {
  const remove = async () => {
    await catalog.deleteGitCredential(credential.id);
    toast(`The credential ${credential.name} is removed.`);
    onClose();
  };
  return (
    <RecordDrawer
      title={credential.name}
      facts={factsOf(credential)}
      whyNot={useWhyNot("git_credentials:write")}
      deeds={[
        {
          label: "Remove",
          title: `Remove ${credential.name}`,
          about: "No fetch and no push uses it from now on. Sessions whose repository needs it fail.",
          confirmLabel: "Remove the credential",
          isDangerous: true,
          run: remove,
        },
      ]}
      onClose={onClose}
    />
  );
}

/** Those that its kind has. */
function factsOf(credential: GitCredential): [string, React.ReactNode][] {
  const { kind, username, key_fingerprint, public_key, known_hosts, app_id, installation_id } = credential;
  const ofKind: Record<GitCredential["kind"], [string, React.ReactNode][]> = {
    token: [["User name", username ?? "x-access-token"]],
    ssh_key: [
      ["Fingerprint", <Mono key="fingerprint" text={key_fingerprint ?? "–"} isBroken />],
      [
        "Public key",
        <span key="public" className="flex gap-1">
          <Mono text={public_key ?? "–"} isBroken />
          {public_key && <CopyButton text={public_key} label="Copy the public key" />}
        </span>,
      ],
      ["Host keys", known_hosts ?? "pinned at the first connection"],
    ],
    github_app: [["App", `${app_id}, installation ${installation_id}`]],
  };
  return [
    ["Kind", KINDS[kind]],
    ["For", <Mono key="for" text={credential.pattern} isBroken />],
    ...ofKind[kind],
    ["Added", moment(credential.created_at)],
    ["Added by", <Mono key="by" text={credential.created_by} isBroken />],
  ];
}
