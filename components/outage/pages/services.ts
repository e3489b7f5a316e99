import { escaped, document } from "./html";
import type { Branding } from "./status";

/** One service of a page that shows several. */
export interface ShownService {
  /** Its name for people. */
  readonly name: string;
  /** Address of its banner, https://... */
  readonly banner: string;
}

const servicesStyle =
  "h2{font-size:1.25rem;margin:1.5rem 0 .25rem}iframe{display:block;width:100%;height:6rem;border:1px solid var(--l)}";

/**
 * Several services on one page, each by its own banner. So a change of one service writes nothing of another, each has its
 * own editors, and one whose edge is away leaves a gap and no wrong words.
 */
export function servicesPage(
  branding: Pick<Branding, "organisation" | "logo">,
  services: readonly ShownService[],
): string {
  return document({
    title: `Service status - ${escaped(branding.organisation)}`,
    organisation: branding.organisation,
    logo: branding.logo,
    moreStyle: servicesStyle,
    main:
      `<h1>Service status</h1>` +
      services
        .map(
          ({ name, banner }) =>
            `<h2>${escaped(name)}</h2><iframe src="${escaped(banner)}" title="${escaped(name)}: status" ` +
            `sandbox="allow-top-navigation-by-user-activation"></iframe>`,
        )
        .join(""),
  });
}
