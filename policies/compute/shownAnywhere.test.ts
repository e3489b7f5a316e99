import * as assert from "node:assert/strict";
import { resourceOf } from "../lib/resource";
import { stackOf, thing, unknown } from "../testing/harness";
import { shownAnywhere } from "./shownFields";

describe("What a Describe call of any type shows", () => {
  it("is of any type each text, with the names that the program chose, and nothing that the API keeps to itself", () => {
    const props = {
      description: "text",
      count: 3,
      nothing: null,
      later: unknown,
      masterPassword: "kept",
      tags: { Owner: "judged elsewhere" },
      customHeaders: ["of a load balancer"],
      headers: { "X-Key": "chosen", Master_Password: "chosen too", plain: "of the API" },
      list: ["first", { name: "N", value: "V" }, { key: "K", parameterValue: "P" }, { name: "only" }],
      hidden: [{ isValueSecret: true, key: "a", value: "b" }],
      shown: [{ isValueSecret: false, key: "a", value: "b" }],
      build: [
        { type: "SECRETS_MANAGER", name: "A", value: "r" },
        { type: "PLAINTEXT", name: "B", value: "s" },
      ],
    };
    const [one, kept] = ["aws:example/thing:Thing", "aws:secretsmanager/secretVersion:SecretVersion"].map(
      (type) => stackOf([thing(type, "one", props)], true)[0]!,
    );
    assert.deepEqual(
      shownAnywhere(resourceOf(one!)).map(({ path, name, value }) => `${path} ${name ?? "-"} ${String(value)}`),
      [
        "description - text",
        "headers.X-Key X-Key chosen",
        "headers.Master_Password Master_Password chosen too",
        "headers.plain - of the API",
        "list.0 - first",
        "list.1.name - N",
        "list.1.value N V",
        "list.2.key - K",
        "list.2.parameterValue K P",
        "list.3.name - only",
        "shown.0.key - a",
        "shown.0.value a b",
        "build.1.type - PLAINTEXT",
        "build.1.name - B",
        "build.1.value B s",
      ],
    );
    assert.deepEqual(shownAnywhere(resourceOf(kept!)), []);
  });
});
