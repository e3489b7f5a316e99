import type { Branding } from "../../components/outage/pages/status";

/** For tests. */
export const branding: Branding = {
  organisation: "University of Example",
  service: "Moodle",
  address: "https://moodle.example.org",
  contact: "help@example.org",
  timeZone: "Europe/London",
};
