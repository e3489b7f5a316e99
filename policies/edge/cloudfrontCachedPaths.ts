import { allowed, stackRule } from "../lib/rule";
import { distribution } from "../lib/types";
import { allOf, pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { behavioursOf, cachingOf, isDynamic, nameOf } from "./behaviours";

/**
 * What Moodle serves without looking at the session, with headers that say how long: scripts that define
 * NO_MOODLE_COOKIES.
 */
const moodlePaths = [
  "/theme/styles.php/*",
  "/theme/image.php/*",
  "/theme/font.php/*",
  "/theme/javascript.php/*",
  "/lib/javascript.php/*",
  "/lib/requirejs.php/*",
  "/lib/editor/tiny/loader.php/*",
  "/lib/editor/tiny/lang.php/*",
  "/theme/yui_combo.php*",
  "/theme/yui_image.php*",
  "/lib/ajax/service-nologin.php",
  "/lib/ajax/service-nologin.php*",
  "/pluginfile.php/1/core_admin/*",
  "/pluginfile.php/1/theme_*/*",
];

export const cloudfrontCachedPaths = stackRule({
  id: "cloudfront-cached-paths",
  group: "edge",
  severity: "critical",
  title: "CloudFront caches only the paths on the allow list, and nothing by default.",
  why: "A cached page is a page of one user shown to the next one: with the cookie taken out, everyone sees the guest's; with it left in, someone else's.",
  fix: "Give the behaviour the managed policy CachingDisabled; if the path is the same for every user, add its pattern to `paths` in the policy configuration, with review.",
  serves: ["Moodle R5", "Moodle R25"],
  example: `defaultCacheBehavior: { cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", originRequestPolicyId: allViewer, ... }`,
  types: [distribution],
  limits: { paths: allowed(moodlePaths, "Path patterns that may be cached in front of a web server.") },
  check: (resource, stack, limits) =>
    behavioursOf(resource.props).map((behaviour) => {
      if (isUnknown(behaviour)) {
        return undecided(behaviour);
      }
      const pattern = behaviour.text("pathPattern");
      const dynamic = isDynamic(stack, resource, behaviour);
      if (dynamic === false || (typeof pattern === "string" && limits.paths.includes(pattern))) {
        return pass;
      }
      const { caches } = cachingOf(stack, resource, behaviour);
      const bad = allOf([dynamic, caches]);
      return isUnknown(bad) ? undecided(bad) : bad ? violation(`${nameOf(behaviour)} caches`) : pass;
    }),
});
