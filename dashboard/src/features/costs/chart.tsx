import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { money } from "@/lib/money";
import { useTheme } from "@/lib/theme";
import { useWidth } from "@/lib/width";

const HEIGHT_PX = 180;
const MICRO = 1_000_000;

/** Spend of each day as bars. The table beside it says the same in numbers, so that nothing hangs on seeing this. */
export default function DayChart({ days, costs }: { days: string[]; costs: number[] }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme is another one.
  useEffect(() => {
    if (!holder.current || width === 0) return;
    const seconds = days.map((day) => Date.parse(day) / 1000);
    const chart = new uPlot(optionsFor(width), [seconds, costs.map((cost) => cost / MICRO)], holder.current);
    return () => chart.destroy();
  }, [days, costs, width, theme]);
  return (
    <div ref={holder} aria-hidden className="min-w-0 overflow-hidden px-1 pt-2" style={{ height: HEIGHT_PX + 10 }} />
  );
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
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    // Half a day more on both sides, so that the first and the last bar are whole.
    scales: {
      x: { range: (_, first, last) => [first - 43_200, last + 43_200] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => new Date(tick * 1000).toISOString().slice(5, 10)) },
      { ...axis, size: 72, values: (_, ticks) => ticks.map((tick) => money(Math.round(tick * MICRO))) },
    ],
    series: [
      {},
      {
        label: "Spend",
        stroke: colour("--accent"),
        fill: colour("--accent-wash"),
        width: 1,
        points: { show: false },
        paths: uPlot.paths.bars?.({ size: [0.7, 40] }),
      },
    ],
  };
}
