import { useState } from "react";
import { toast, toastError } from "./toast";

/** For buttons that ask the server for something: they are busy until it answers. `told` is said when it is done; what is
 * refused is shown. */
export function useDeed(): [isBusy: boolean, run: (deed: () => Promise<unknown>, told?: string) => Promise<void>] {
  const [isBusy, setBusy] = useState(false);
  const run = async (deed: () => Promise<unknown>, told?: string) => {
    setBusy(true);
    try {
      await deed();
      if (told) toast(told);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  return [isBusy, run];
}
