/** After an upgrade of the server the chunks that an open page names are gone. Loading it anew brings the new ones; once,
 * because a chunk that is missing for another reason would have it load for ever. */

const RELOADED = "reloaded-for-missing-chunk";
const AGAIN_AFTER_MS = 60_000;

export function reloadAfterUpgrade(reload: () => void = () => window.location.reload()): void {
  window.addEventListener("vite:preloadError", (event) => {
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - before < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    event.preventDefault();
    reload();
  });
}
