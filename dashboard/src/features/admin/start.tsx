import { createLazyRoute, Navigate } from "@tanstack/react-router";
import { useMe } from "@/api/me";
import { SECTIONS, sectionsFor } from "./sections";

function Start() {
  const [first] = sectionsFor(useMe());
  return <Navigate to="/admin/$section" params={{ section: first?.name ?? SECTIONS[0].name }} replace />;
}

export const start = createLazyRoute("/shell/admin")({ component: Start });
