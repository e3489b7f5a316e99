/** The package names its types only under `exports`, which `moduleResolution: node` does not read. */
declare module "vega-lite" {
  export { compile, type TopLevelSpec } from "vega-lite/build/index";
}
