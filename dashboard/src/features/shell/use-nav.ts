import { useMe } from "@/api/me";
import { NAV, type NavEntry } from "@/lib/nav";
import { whyNot } from "@/lib/permissions";

/** The entries of all pages that the reader's role may see. */
export function useNav(): NavEntry[] {
  const me = useMe();
  return NAV.filter(({ need }) => !need || [need].flat().some((one) => whyNot(me, one) === null));
}

/** What stands in the navigation itself, and what in the reader's own menu. */
export function useNavOf(place: "pages" | "menu"): NavEntry[] {
  return useNav().filter(({ isPersonal = false }) => isPersonal === (place === "menu"));
}
