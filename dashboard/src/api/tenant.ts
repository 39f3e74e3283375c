/** The tenant that this tab works in: `?tenant=` of its address, so that a link leads into the right one; the tab remembers it. */

const KEPT = "tenant";

/** Its slug or id; null leaves the choice to the server, which knows it when there is only one. */
export function chosenTenant(): string | null {
  return new URLSearchParams(window.location.search).get("tenant") ?? sessionStorage.getItem(KEPT);
}

export function keepTenant(tenant: string | null): void {
  if (tenant === null) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, tenant);
}
