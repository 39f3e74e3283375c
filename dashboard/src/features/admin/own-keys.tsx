import { createLazyRoute } from "@tanstack/react-router";
import { useMe, useWhyNot } from "@/api/me";
import { Page } from "@/ui/page";
import { EmptyState } from "@/ui/panels";
import { Keys } from "./keys";

function OwnKeys() {
  const { tenant_id } = useMe();
  const whyNot = useWhyNot("keys:own");
  return (
    <Page title="Your API keys">
      {whyNot === null ? (
        <Keys key={tenant_id} whose="mine" />
      ) : (
        <EmptyState title="Not for your role">{whyNot}</EmptyState>
      )}
    </Page>
  );
}

export const ownKeys = createLazyRoute("/shell/keys")({ component: OwnKeys });
