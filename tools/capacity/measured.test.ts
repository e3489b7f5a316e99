import * as assert from "node:assert/strict";
import { gate } from "../../stacks/calendar/demand";
import { mixes, pages } from "./measured";

describe("the calendar's three numbers of an exam's start", () => {
  const sum = (cost: "cpuMs" | "databaseMs") =>
    Object.entries(mixes.examStart).reduce(
      (total, [page, weight]) => total + weight * pages[page as keyof typeof mixes.examStart][cost].value,
      0,
    );

  it("are those of the model's pages: a load test that changes these changes them too", () => {
    assert.equal(sum("cpuMs") / 1000, gate.webCpuSeconds);
    assert.equal(sum("databaseMs") / 1000, gate.databaseCpuSeconds);
  });
});
