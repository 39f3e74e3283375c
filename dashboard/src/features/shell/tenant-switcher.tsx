import { Building2, ChevronsUpDown } from "lucide-react";
import { useMe } from "@/api/me";
import { keepTenant } from "@/api/tenant";
import { Menu, MenuChoice, MenuLabel } from "@/ui/menu";

/** Shows the tenant that is open and, to who has several, the way into the others. */
export function TenantSwitcher() {
  const me = useMe();
  const open = me.memberships.find(({ tenant_id }) => tenant_id === me.tenant_id);
  const name = open?.name ?? "No tenant";
  // By a load of the page, so that nothing of the tenant before is left: no answer, no stream, no draft.
  const enter = (slug: string) => {
    keepTenant(slug);
    window.location.assign(`/?${new URLSearchParams({ tenant: slug })}`);
  };
  const face = (
    <>
      <Building2 aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      <span className="grow truncate text-left font-medium">{name}</span>
      <span className="numbers text-2xs text-ink-faint">{me.role ?? "–"}</span>
    </>
  );
  if (me.memberships.length < 2) return <div className="flex h-8 items-center gap-2 px-2">{face}</div>;
  return (
    <Menu
      trigger={
        <button type="button" className="flex h-8 w-full items-center gap-2 px-2 hover:bg-raised">
          <span className="sr-only">Tenant</span>
          {face}
          <span className="sr-only">, switch</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
        </button>
      }
    >
      <MenuLabel>Your tenants</MenuLabel>
      {me.memberships.map(({ tenant_id, slug, name, role }) => (
        <MenuChoice key={tenant_id} isChosen={tenant_id === me.tenant_id} onSelect={() => enter(slug)}>
          <span className="grow">{name}</span>
          <span className="numbers text-2xs text-ink-faint">{role}</span>
        </MenuChoice>
      ))}
    </Menu>
  );
}
