import { cleanLogo } from "../components/outage/pages/logo";
import type { Branding } from "../components/outage/pages/status";
import type { OutageSettings, Settings } from "./settings/settings";

/** Whose pages they are, from the settings. */
export function outageBranding(site: Pick<Settings, "domain" | "owner">, outage: OutageSettings): Branding {
  return {
    organisation: outage.organisation ?? site.owner,
    service: outage.service,
    address: `https://${site.domain}`,
    contact: outage.contact,
    timeZone: outage.timeZone,
    logo: outage.logo === undefined ? undefined : cleanLogo(outage.logo),
  };
}
