/** Headings of the page that the switch shows. Plain text. */
export function titles(service: string): { readonly planned: string; readonly outage: string } {
  return { planned: `${service} is closed for maintenance`, outage: `${service} is not available` };
}
