"use strict";
/*
 * Starts the pack without checking its types.
 *
 * Pulumi's host loads a TypeScript pack through ts-node with a full type check, on every preview, which costs more than
 * judging a stack of two thousand resources. The types are checked where the pack is changed. Without ts-node of one's
 * own, the host's compiler, which is already in place, does it after all.
 */
try {
  const { register } = require("ts-node");
  // Two compilers in a row would check the types in the first and compile its result in the second.
  delete require.extensions[".ts"];
  register({ transpileOnly: true, dir: __dirname, project: `${__dirname}/tsconfig.json` });
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") {
    throw error;
  }
}
require("./index.ts");
