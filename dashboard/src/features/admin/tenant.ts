import { useMe, useWhyNot } from "@/api/me";
import type { Need } from "@/lib/permissions";

/** The tenant that is open. Whoever has none sees no part that is of one. */
export function useTenantId(): string {
  const { tenant_id } = useMe();
  if (!tenant_id) throw new Error("This part of the administration is of a tenant, and none is open.");
  return tenant_id;
}

/** Of what operators may do in every tenant, whatever their role. */
export function useWhyNotUnlessOperator(need: Need): string | null {
  const { is_operator } = useMe();
  const whyNot = useWhyNot(need);
  return is_operator ? null : whyNot;
}
