import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { Fold } from "./Fold";

afterEach(cleanup);

it("opens on a press, and closes when something else was chosen, without making its content anew", async () => {
  const { rerender } = render(<Fold label="Projects" about="a"><input aria-label="Typed" /></Fold>);
  const button = screen.getByRole("button", { name: "Projects" });
  expect(button.getAttribute("aria-expanded")).toBe("false");
  await userEvent.click(button);
  expect(button.getAttribute("aria-expanded")).toBe("true");
  const content = document.querySelector("input");
  rerender(<Fold label="Projects" about="b"><input aria-label="Typed" /></Fold>);
  expect(button.getAttribute("aria-expanded")).toBe("false");
  expect(document.querySelector("input")).toBe(content);
});
