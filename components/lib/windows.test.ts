import * as assert from "node:assert/strict";
import { windowProblems } from "./windows";

const paths = (backup: string, maintenance: string, minimum = 30) =>
  windowProblems("windows", { backup, maintenance }, minimum).map((problem) => problem.path);

describe("windowProblems", () => {
  it("accepts windows that follow each other", () => {
    assert.deepEqual(paths("02:00-03:00", "sun:03:00-sun:04:00"), []);
    assert.deepEqual(paths("23:30-00:30", "sun:00:30-sun:01:30"), []);
    assert.deepEqual(paths("02:00-03:00", "sun:23:30-mon:00:30"), []);
  });

  it("names the window that AWS would not understand", () => {
    assert.deepEqual(paths("2:00-3:00", "sun:03:00-sun:04:00"), ["windows.backup"]);
    assert.deepEqual(paths("02:00-24:00", "sun:03:00-sun:04:00"), ["windows.backup"]);
    assert.deepEqual(paths("02:00-03:00", "Sunday 3am"), ["windows.maintenance"]);
    assert.deepEqual(paths("02:00-03:00-04:00", "sun:03:00"), ["windows.backup", "windows.maintenance"]);
  });

  it("holds each service's shortest window", () => {
    assert.deepEqual(paths("02:00-02:30", "sun:03:00-sun:03:30", 30), []);
    assert.deepEqual(paths("02:00-02:30", "sun:03:00-sun:03:30", 60), ["windows.backup", "windows.maintenance"]);
    assert.deepEqual(paths("02:00-02:00", "sun:03:00-mon:03:30"), ["windows.backup", "windows.maintenance"]);
  });

  it("finds an overlap on any day, over midnight and over the end of the week", () => {
    assert.deepEqual(paths("02:00-03:00", "wed:02:30-wed:03:30"), ["windows.maintenance"]);
    assert.deepEqual(paths("23:30-00:30", "mon:00:00-mon:01:00"), ["windows.maintenance"]);
    assert.deepEqual(paths("00:00-01:00", "sun:23:30-mon:00:30"), ["windows.maintenance"]);
    assert.deepEqual(paths("02:00-05:00", "sat:03:00-sat:04:00"), ["windows.maintenance"]);
  });
});
