/** A chat channel. Register its workspace or tenant with Amazon Q once, in the console: docs/observability.md. */
export type Chat =
  | { readonly kind: "slack"; readonly workspaceId: string; readonly channelId: string }
  | { readonly kind: "teams"; readonly tenantId: string; readonly teamId: string; readonly channelId: string };

const guid = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

/**
 * The forms of the ids:
 * https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
 */
export const chatIds = {
  slack: { workspaceId: /^[0-9A-Z]{1,255}$/, channelId: /^[A-Za-z0-9]{1,255}$/ },
  teams: { tenantId: guid, teamId: guid, channelId: /^[\w=+/.,-]{0,180}%3[aA][\w=+/.,-]{0,50}%40[\w=+/.,-]{0,20}$/ },
} as const;
