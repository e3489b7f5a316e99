export interface ChannelSettings {
  readonly environment: string;
  readonly routes: Readonly<Record<string, string>>;
  readonly chat?: string | undefined;
  readonly runbooks?: string | undefined;
  readonly dashboard?: string | undefined;
  readonly statusPage?: string | undefined;
}

export interface Publication {
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
}

export interface ChannelWorld {
  publish(message: Publication): Promise<unknown>;
  alarmsOn(prefix: string): Promise<readonly { readonly AlarmName: string; readonly AlarmDescription?: string }[]>;
}

export function relay(event: object, settings: ChannelSettings, world: ChannelWorld): Promise<void>;
export function lambdaSettings(env: Readonly<Record<string, string | undefined>>): ChannelSettings;
export function handler(event: object): Promise<void>;
