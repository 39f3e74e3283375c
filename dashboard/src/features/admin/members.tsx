import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { admin, adminQueries, type Member, type Role } from "@/api/admin";
import { useMe, useWhyNot } from "@/api/me";
import { typedText, useDraft } from "@/lib/draft";
import { ROLES } from "@/lib/permissions";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import type { Column } from "@/ui/data-table";
import { ConfirmDialog } from "@/ui/dialog";
import { SelectField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { EmptyState } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { agoColumn, nameColumn } from "./columns";
import { ListSection } from "./list-section";
import { Card } from "./records";
import { useTenantId } from "./tenant";

const COLUMNS: Column<Member>[] = [
  nameColumn(),
  { id: "role", header: "Role", width: "6rem", cell: ({ role }) => <Badge>{role}</Badge> },
  { id: "email", header: "E-mail", width: "minmax(8rem, 2fr)", from: 700, cell: ({ email }) => email ?? "–" },
  {
    id: "log-in",
    header: "Log-in",
    width: "minmax(8rem, 1fr)",
    from: 900,
    cell: ({ issuer }) => issuer ?? "by API key",
  },
  agoColumn("Member for", ({ member_since }) => member_since),
];

export function Members() {
  const tenant = useTenantId();
  const query = useInfiniteQuery(adminQueries.members(tenant));
  return (
    <ListSection
      label="Members"
      about="Who belongs to the tenant, and in which role. A person's keys have no more than the person."
      add={{
        label: "Add a member",
        icon: <UserPlus />,
        need: "users:write",
        form: (close) => <AddMember tenant={tenant} onClose={close} />,
      }}
      query={query}
      rows={query.data?.pages.flatMap(({ items }) => items) ?? []}
      rowKey={({ id }) => id}
      columns={COLUMNS}
      card={(row) => <Card head={row.name} tail={`${row.role} · ${row.email ?? "no e-mail"}`} />}
      empty={<EmptyState title="No members">Keys can be used without people. Add the first person by name.</EmptyState>}
      opened={(row, close) => <ChangeMember tenant={tenant} member={row} onClose={close} />}
    />
  );
}

function AddMember({ tenant, onClose }: { tenant: string; onClose(): void }) {
  const { draft, bind } = useDraft({ name: "", role: "MEMBER" as Role, email: "", issuer: "", subject: "" });
  const submit = async () => {
    const { role, name, email, issuer, subject } = draft;
    const added = await admin.addMember(tenant, {
      role,
      name: typedText(name),
      email: typedText(email),
      issuer: typedText(issuer),
      subject: typedText(subject),
    });
    toast(`${added.name} is a ${added.role} now.`);
  };
  return (
    <FormDialog title="Add a member" submitLabel="Add" onSubmit={submit} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextField label="Name" {...bind("name", errorAt)} />
          <SelectField label="Role" options={ROLES} {...bind("role", errorAt)} />
          <TextField label="E-mail" type="email" hint="Optional." {...bind("email", errorAt)} />
          <TextField label="Issuer" hint="Of the OpenID provider; only with a subject." {...bind("issuer", errorAt)} />
          <TextField label="Subject" hint="Who they are at that provider." {...bind("subject", errorAt)} />
        </>
      )}
    </FormDialog>
  );
}

function ChangeMember({ tenant, member, onClose }: { tenant: string; member: Member; onClose(): void }) {
  const { draft, bind } = useDraft({ role: member.role });
  const [isRemoving, setRemoving] = useState(false);
  const whyNot = useWhyNot("users:write");
  const { principal } = useMe();
  const submit = async () => {
    await admin.changeRole(tenant, member.id, draft.role);
    toast(`${member.name} is a ${draft.role} now.`);
  };
  const remove = async () => {
    await admin.removeMember(tenant, member.id);
    toast(`${member.name} is no member any more.`);
    onClose();
  };
  return (
    <FormDialog
      title={member.name}
      description={`Member since ${member.member_since.slice(0, 10)}${member.id === principal.id ? "; this is you" : ""}.`}
      submitLabel="Save the role"
      whyNot={whyNot ?? (draft.role === member.role ? "The role is as it was." : null)}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <Button look="danger" whyNot={whyNot} onClick={() => setRemoving(true)}>
          Remove…
        </Button>
      }
    >
      {(errorAt) => (
        <>
          <SelectField
            label="Role"
            hint="Their keys have no more than it from now on."
            options={ROLES}
            {...bind("role", errorAt)}
          />
          <ConfirmDialog
            isOpen={isRemoving}
            onOpenChange={setRemoving}
            title={`Remove ${member.name}`}
            description="Their keys of this tenant are revoked at once, and open windows end. What they handed in stays."
            confirmLabel="Remove the member"
            isDangerous
            onConfirm={remove}
          />
        </>
      )}
    </FormDialog>
  );
}
