import { cx } from "@/lib/cx";
import { withShortIds } from "@/lib/ids";

/** Text that is compared letter by letter, such as an id. In one line ids are cut, and the title has all of it. */
export function Mono({ text, isBroken = false }: { text: string; isBroken?: boolean }) {
  return (
    <span className={cx("numbers text-xs", isBroken && "break-all")} title={isBroken ? undefined : text}>
      {isBroken ? text : withShortIds(text)}
    </span>
  );
}
