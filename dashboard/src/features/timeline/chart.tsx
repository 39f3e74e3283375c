import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useTheme } from "@/lib/theme";
import { useWidth } from "@/lib/width";
import { AXIS_PX, barAt, draw, HEIGHT_PX, LANE_PX, timeAt } from "./draw";
import { type Bar, factsOf, KINDS } from "./queries";
import { moved, type Window, within, zoomed } from "./scale";

interface ChartProps {
  bars: readonly Bar[];
  whole: Window;
  shown: Window;
  onShow(window: Window): void;
}

/** Lanes of bars on an axis of time. It is drawn, so that a thousand bars are one element; the table below has the same. */
export function Chart({ bars, whole, shown, onShow }: ChartProps) {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(area);
  const theme = useTheme();
  const [hover, setHover] = useState<{ bar: Bar; x: number; y: number } | null>(null);
  const [brush, setBrush] = useState<{ from: number; to: number } | null>(null);
  const latest = useRef({ shown, whole, onShow, width });
  latest.current = { shown, whole, onShow, width };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme.
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, width, bars, shown);
  }, [bars, shown, width, theme]);

  useEffect(() => {
    const element = area.current;
    const onWheel = (event: WheelEvent) => {
      const now = latest.current;
      event.preventDefault();
      const at = timeAt(event.offsetX, now.shown, now.width);
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (isSideways) now.onShow(moved(now.shown, event.deltaX / now.width, now.whole));
      else now.onShow(zoomed(now.shown, event.deltaY > 0 ? 1.25 : 0.8, at, now.whole));
    };
    // React listens passively to the wheel, and then the page would scroll as well.
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const middle = (shown.from + shown.to) / 2;
    if (event.key === "+" || event.key === "=") onShow(zoomed(shown, 0.6, middle, whole));
    else if (event.key === "-") onShow(zoomed(shown, 1.6, middle, whole));
    else if (event.key === "ArrowLeft") onShow(moved(shown, -0.2, whole));
    else if (event.key === "ArrowRight") onShow(moved(shown, 0.2, whole));
    else if (event.key === "0" || event.key === "Home") onShow(whole);
    else return;
    event.preventDefault();
  };
  const placeIn = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { x, y } = placeIn(event);
    if (brush) return setBrush({ ...brush, to: x });
    const bar = barAt(bars, x, y, shown, width);
    setHover(bar ? { bar, x, y } : null);
  };
  const onPointerUp = () => {
    setBrush(null);
    if (!brush || Math.abs(brush.to - brush.from) < 5) return;
    const from = timeAt(Math.min(brush.from, brush.to), shown, width);
    const to = timeAt(Math.max(brush.from, brush.to), shown, width);
    onShow(within({ from, to }, whole));
  };

  return (
    <div className="flex shrink-0 border-y border-line bg-panel">
      <div
        aria-hidden
        className="w-28 shrink-0 border-r border-line text-xs text-ink-soft"
        style={{ paddingTop: AXIS_PX }}
      >
        {KINDS.map(({ kind, label }) => (
          <div key={kind} className="flex items-center px-3" style={{ height: LANE_PX }}>
            {label}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: it is a drawing that takes keys, which no element is. */}
      <div
        ref={area}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
        tabIndex={0}
        aria-label="Timeline: plus and minus zoom, arrows move, 0 shows all. The table below has the same figures."
        className="relative min-w-0 grow touch-none"
        style={{ height: HEIGHT_PX }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const { x } = placeIn(event);
          setBrush({ from: x, to: x });
          setHover(null);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => setHover(null)}
        onDoubleClick={() => onShow(whole)}
      >
        <canvas ref={canvas} className="absolute inset-0" style={{ width, height: HEIGHT_PX }} />
        {brush && (
          <div
            className="absolute inset-y-0 border-x border-accent bg-accent/20"
            style={{ left: Math.min(brush.from, brush.to), width: Math.abs(brush.to - brush.from) }}
          />
        )}
        {hover && (
          <div
            role="tooltip"
            className="pointer-events-none absolute z-10 max-w-80 border border-line-strong bg-raised px-2 py-1 text-xs"
            style={{ left: Math.max(0, Math.min(hover.x + 12, width - 300)), top: hover.y + 14 }}
          >
            {factsOf(hover.bar).map((fact) => (
              <p key={fact} className="truncate">
                {fact}
              </p>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
