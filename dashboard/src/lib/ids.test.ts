import { expect, test } from "vitest";
import { withShortIds } from "./ids";

test("ids are cut in their middle, whatever stands around them", () => {
  expect(withShortIds("key:01a218d2-41e8-748b-bdbb-ca4148c1af2a")).toBe("key:01a218d2…c1af2a");
  expect(withShortIds("unknown")).toBe("unknown");
  expect(withShortIds("a 01a218d2-41ec-7071-81ed-654e8c0a3a5d, b")).toBe("a 01a218d2…0a3a5d, b");
});
