import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FileEntry } from "../../api/types";
import { FileTable } from "./FileTable";
import { NOTHING, withToggled, type Selection } from "./selection";

afterEach(cleanup);

const entry = (i: number): FileEntry => ({ file_identifier: `${i}`, file_path: `f/${i}.csv`, file_name: `${i}.csv`, file_size_bytes: i, status: "present", version_state: "V1" });

function Table({ total, opened, extended }: { total: number; opened: (i: number, toggle: boolean) => void; extended: (from: number, to: number) => void }) {
  const [cursor, setCursor] = useState(-1);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  return <FileTable at={entry} total={total} cursor={cursor} onCursor={setCursor} selection={selection} onToggle={(_, path) => setSelection(withToggled(selection, path))} onToggleAll={vi.fn()} onExtend={extended} onOpen={opened} onClose={vi.fn()} onSee={vi.fn()} />;
}

describe("the table of files", () => {
  it("holds the same few rows however long the list is and wherever it is scrolled to", () => {
    render(<Table total={100_000} opened={vi.fn()} extended={vi.fn()} />);
    const before = screen.getAllByTestId("file-row");
    expect(before.length).toBeLessThan(50);
    const grid = screen.getByRole("grid");
    grid.scrollTop = 38 * 60_000;
    fireEvent.scroll(grid);
    const after = screen.getAllByTestId("file-row");
    expect(after).toEqual(before);
    expect(after.some((row) => row.dataset.path === "f/60000.csv")).toBe(true);
    expect(grid.getAttribute("aria-rowcount")).toBe("100001");
    grid.scrollTop = 38 * 1e9;
    fireEvent.scroll(grid);
    expect(screen.getAllByTestId("file-row").at(-1)?.dataset.path).toBe("f/99999.csv");
  });

  it("is moved through, looked into and selected with keys", () => {
    const opened = vi.fn();
    const extended = vi.fn();
    render(<Table total={100} opened={opened} extended={extended} />);
    const grid = screen.getByRole("grid");
    const press = (key: string, more = {}) => fireEvent.keyDown(grid, { key, ...more });
    press("ArrowDown");
    press("ArrowDown");
    expect(document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.dataset.path).toBe("f/1.csv");
    press(" ");
    expect(opened).toHaveBeenCalledWith(1, true);
    press("x");
    expect(screen.getAllByRole("row", { selected: true })).toHaveLength(1);
    press("ArrowDown", { shiftKey: true });
    expect(extended).toHaveBeenCalledWith(1, 2);
    press("End");
    press("ArrowDown");
    press(" ");
    expect(opened).toHaveBeenLastCalledWith(99, true);
  });
});
