import { expect, test } from "vitest";
import { ApiError } from "./errors";
import { fieldMessage, fieldOf } from "./field-errors";

const refused = (status: number, code: string, message: string) => new ApiError(status, { code, message, hint: "" });

test("a refused body names its field, however deep it stands", () => {
  expect(fieldOf(refused(422, "invalid", "name: Field required"))).toBe("name");
  expect(fieldOf(refused(422, "invalid", "targets.0.model: String should match pattern '^x$'"))).toBe(
    "targets.0.model",
  );
});

test("a rule of the whole is of no field, and neither is what is no refused body", () => {
  expect(fieldOf(refused(422, "invalid", "Value error, name nobody"))).toBeNull();
  expect(fieldOf(refused(409, "conflict", "name: is taken"))).toBeNull();
  expect(fieldOf(new Error("name: x"))).toBeNull();
});

test("a code may stand for a field", () => {
  expect(fieldOf(refused(409, "name_taken", "There is one."), { name_taken: "name" })).toBe("name");
});

test("the message comes without the path, as a sentence", () => {
  expect(fieldMessage(refused(422, "invalid", "name: Field required"))).toBe("Field required.");
  expect(fieldMessage(refused(409, "name_taken", "There is one."))).toBe("There is one.");
});
