/** Who is signed in, and what they may do in the tenant that is open. */
import { useQuery } from "@tanstack/react-query";
import { type Need, whyNot } from "@/lib/permissions";
import { queries } from "./queries";
import type { components } from "./schema";

export type Me = components["schemas"]["MeRead"];

/** Below the shell, which shows a page only once it is known who reads it. */
export function useMe(): Me {
  const { data } = useQuery(queries.me());
  if (!data) throw new Error("useMe is for pages, which are shown when it is known who reads them.");
  return data;
}

/** Null when it is allowed, else the reason to show at what is then disabled. */
export function useWhyNot(need: Need): string | null {
  return whyNot(useMe(), need);
}
