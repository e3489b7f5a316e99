// Stands for the DNS of the internet: the domain is delegated to the zone that moto made.
import dns from "node:dns/promises";
import { syncBuiltinESMExports } from "node:module";

dns.resolveNs = async () => process.env.JOURNEY_NAME_SERVERS.split(",");
syncBuiltinESMExports();
