import { duration } from "@/lib/time";
import { type Bar, KINDS } from "./queries";
import { ticks, type Window } from "./scale";

export const LANE_PX = 28;
export const AXIS_PX = 22;
export const HEIGHT_PX = AXIS_PX + KINDS.length * LANE_PX;
const BAR_PX = 16;
const LEAST_BAR_PX = 2;

export function timeAt(x: number, { from, to }: Window, width: number): number {
  return from + (x / Math.max(1, width)) * (to - from);
}

function placeOf(bar: Bar, { from, to }: Window, width: number): { left: number; wide: number } {
  const scale = width / (to - from);
  return { left: (bar.from - from) * scale, wide: Math.max(LEAST_BAR_PX, (bar.to - bar.from) * scale) };
}

export function barAt(bars: readonly Bar[], x: number, y: number, shown: Window, width: number): Bar | undefined {
  const kind = KINDS[Math.floor((y - AXIS_PX) / LANE_PX)]?.kind;
  return bars.findLast((bar) => {
    if (bar.span.kind !== kind) return false;
    const { left, wide } = placeOf(bar, shown, width);
    return x >= left - 2 && x <= left + wide + 2;
  });
}

export function draw(canvas: HTMLCanvasElement, width: number, bars: readonly Bar[], shown: Window): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = HEIGHT_PX * ratio;
  const paint = canvas.getContext("2d");
  if (!paint) return;
  const style = getComputedStyle(canvas);
  paint.scale(ratio, ratio);
  paint.font = "11px 'IBM Plex Mono', monospace";
  for (const at of ticks(shown, Math.max(2, Math.floor(width / 90)))) {
    const x = ((at - shown.from) / (shown.to - shown.from)) * width;
    paint.fillStyle = style.getPropertyValue("--line");
    paint.fillRect(x, 0, 1, HEIGHT_PX);
    paint.fillStyle = style.getPropertyValue("--ink-faint");
    paint.fillText(duration(at / 1000), x + 4, 14);
  }
  for (const bar of bars) {
    const lane = KINDS.findIndex(({ kind }) => kind === bar.span.kind);
    const { left, wide } = placeOf(bar, shown, width);
    if (left > width || left + wide < 0) continue;
    const top = AXIS_PX + lane * LANE_PX + (LANE_PX - BAR_PX) / 2;
    paint.fillStyle = style.getPropertyValue(bar.isFailed ? "--bad" : (KINDS[lane]?.colour ?? "--ink"));
    paint.fillRect(left, top, wide, BAR_PX);
    // A failure has a notch, so that it is not told by its colour alone.
    if (bar.isFailed && wide >= 8) paint.clearRect(left + wide / 2 - 1, top, 2, BAR_PX);
  }
}
