import path from 'node:path';
import { account, arn } from '../account.ts';
import { type Lockout, makeLockout } from './lockout.ts';
import type { UserPoolClientProperties, UserPoolGroupProperties, UserPoolProperties } from './schemas.ts';
import { fileSigningKeys, type SigningKeys } from './signing-keys.ts';
import { fileUserStore, type UserNaming, type UserStore } from './user-store.ts';

export type Group = UserPoolGroupProperties & { readonly createdAt: number };
export type PoolClient = { readonly id: string; readonly properties: UserPoolClientProperties };

/** A user pool as the template declares it, with its users and keys. */
export type Pool = {
  readonly id: string;
  readonly arn: string;
  /** The `iss` of its tokens: AWS's own name, also on the laptop. */
  readonly issuer: string;
  readonly properties: UserPoolProperties;
  readonly clients: Map<string, PoolClient>;
  readonly groups: Map<string, Group>;
  /** Scopes of its resource servers, as `<identifier>/<scope>`. */
  readonly customScopes: Set<string>;
  readonly users: UserStore;
  readonly keys: SigningKeys;
  readonly lockout: Lockout;
  /** Codes that a mail would have carried, by user. */
  readonly confirmations: Map<string, { readonly code: string; readonly expiresAt: number }>;
};

export type PoolOptions = {
  readonly id: string;
  readonly properties: UserPoolProperties;
  readonly stateDir: string;
  readonly now: () => number;
};

/** Opens a pool: its users and keys are found again in `<stateDir>/<pool id>` or made there. */
export const openPool = async ({ id, properties, stateDir, now }: PoolOptions): Promise<Pool> => ({
  id,
  arn: arn('cognito-idp', `userpool/${id}`),
  issuer: `https://cognito-idp.${account.region}.amazonaws.com/${id}`,
  properties,
  clients: new Map(),
  groups: new Map(),
  customScopes: new Set(),
  users: fileUserStore(path.join(stateDir, id, 'users.json'), {
    emailIs: emailIs(properties),
    caseSensitive: properties.UsernameConfiguration.CaseSensitive,
  }),
  keys: await fileSigningKeys(path.join(stateDir, id, 'keys.json')),
  lockout: makeLockout(now),
  confirmations: new Map(),
});

/** What an e-mail address is to the pool's users. */
export const emailIs = (properties: UserPoolProperties): UserNaming['emailIs'] => {
  if (properties.UsernameAttributes.includes('email')) return 'username';
  return properties.AliasAttributes.includes('email') ? 'alias' : 'attribute';
};
