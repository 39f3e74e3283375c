import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "@/lib/theme";
import { useWidth } from "@/lib/width";
import type { Curves } from "./numbers";

const HEIGHT_PX = 260;

/** The losses over the steps, held out ones dashed. The table below says the same in numbers. */
export default function LossChart({ curves }: { curves: Curves }) {
  const holder = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const latest = useRef(curves);
  latest.current = curves;
  const width = useWidth(holder);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme is another one.
  useEffect(() => {
    if (!holder.current || width === 0) return;
    const chart = new uPlot(optionsFor(width), dataOf(latest.current), holder.current);
    drawn.current = chart;
    return () => chart.destroy();
  }, [width, theme]);
  // New points go into the chart that is there: to make it anew for each would be seen.
  useEffect(() => drawn.current?.setData(dataOf(curves)), [curves]);
  return (
    <div ref={holder} aria-hidden className="min-w-0 overflow-hidden px-1 pt-2" style={{ height: HEIGHT_PX + 40 }} />
  );
}

function dataOf({ steps, train, heldout }: Curves): uPlot.AlignedData {
  return [steps, train, heldout];
}

function optionsFor(width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--ink-faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: "11px 'IBM Plex Mono', monospace",
  };
  return {
    width,
    height: HEIGHT_PX,
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] } },
    axes: [axis, { ...axis, size: 56 }],
    series: [
      { label: "Step" },
      { label: "Loss", stroke: colour("--accent"), width: 1.5, points: { show: false }, spanGaps: true },
      { label: "Held out", stroke: colour("--attention"), width: 1.5, dash: [6, 4], spanGaps: true },
    ],
  };
}
