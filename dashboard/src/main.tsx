import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { whenSignedOut } from "@/api/client";
import { events } from "@/api/live";
import { queryClient } from "@/api/queries";
import { reloadAfterUpgrade } from "@/lib/upgrade";
import { router } from "./router";
import "./theme.css";

reloadAfterUpgrade();

// What the browser kept of a page that was left may be another person's, or another tenant's.
window.addEventListener("pageshow", ({ persisted }) => persisted && window.location.reload());

whenSignedOut(() => {
  if (router.state.location.pathname === "/sign-in") return;
  events.stop();
  void router.navigate({ to: "/sign-in", search: { next: router.state.location.href } });
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
