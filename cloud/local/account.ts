import path from 'node:path';

/** The one account and region that the local cloud plays. */
export const account = { id: '000000000000', region: 'eu-central-1', partition: 'aws' } as const;

/** An ARN of the local account; `resource` as AWS writes it after the account id. */
export const arn = (service: string, resource: string): string =>
  `arn:${account.partition}:${service}:${account.region}:${account.id}:${resource}`;

/** What every service of the local cloud is given. `stateDir` is the service's own folder. */
export type ServiceContext = {
  readonly stateDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: LocalLog;
};

/** Where the local cloud writes what AWS's console would show. Never payloads. */
export interface LocalLog {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const serviceStateDir = (stateDir: string, service: string): string =>
  path.join(stateDir, 'aws', service);
