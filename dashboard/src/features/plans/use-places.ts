import { useEffect, useState } from "react";
import type { Places, Shape } from "./shape";

/** Null until they are worked out. Those of before stay until then, so that a new task makes the picture move and not flash. */
export function usePlaces(shape: Shape): Places | null {
  const [places, setPlaces] = useState<Places | null>(null);
  useEffect(() => {
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Places>) => {
      setPlaces(data);
      worker.terminate();
    };
    worker.postMessage(shape);
    return () => worker.terminate();
  }, [shape]);
  return places;
}
