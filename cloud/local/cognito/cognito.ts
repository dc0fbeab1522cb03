import type { JSONWebKeySet } from 'jose';
import { account, type ServiceContext } from '../account.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { Service } from '../gateway/service.ts';
import { type LoopbackServer, startLoopbackServer } from '../loopback-server.ts';
import { physicalId } from '../physical-id.ts';
import type { PublicHosts } from '../public-hosts.ts';
import { makeAdminApi } from './admin-api.ts';
import type { HostedUi } from './hosted-ui.ts';
import { openPool, type Pool } from './pool.ts';
import {
  ManagedLoginBrandingProperties,
  UserPoolClientProperties,
  UserPoolDomainProperties,
  UserPoolGroupProperties,
  UserPoolProperties,
  UserPoolResourceServerProperties,
} from './schemas.ts';
import { makeTicketBox } from './ticket-box.ts';
import { answerWeb } from './web.ts';

export type Cognito = {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Opens the web origin of the hosted pages on any free port. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The public keys of the pool with this `iss`, or undefined when there is none. */
  jwksOf(issuer: string): JSONWebKeySet | undefined;
};

/** User pools: hosted sign-in and sign-up pages, OAuth endpoints, the administrators' API. */
export const makeCognito = (context: ServiceContext & { readonly hosts: PublicHosts }): Cognito => {
  const { now, log, hosts } = context;
  const pools = new Map<string, Pool>();
  const domains = new Set<string>();
  let server: LoopbackServer | undefined;
  const ui: HostedUi = {
    now,
    log,
    hosts,
    pools,
    sessions: makeTicketBox(now),
    codes: makeTicketBox(now),
    refreshTokens: makeTicketBox(now, 96),
    challenges: makeTicketBox(now),
    origin: () => server?.origin ?? '',
  };
  const registerHosts = (): void => {
    if (server === undefined) return;
    for (const domain of domains) {
      hosts.register(`${domain}.auth.${account.region}.amazoncognito.com`, server.origin);
    }
  };
  return {
    service: makeAdminApi({ pools, now }),
    providers: makeProviders(context, pools, (domain) => {
      domains.add(domain);
      registerHosts();
    }),
    start: async () => {
      server = await startLoopbackServer({
        port: 0,
        maxBodyBytes: 65_536,
        tooLarge: { status: 413 },
        answer: (request) => answerWeb(ui, request),
        failed: (error) => log.warn('cognito.web-failed', { error: String(error) }),
      });
      registerHosts();
    },
    stop: async () => {
      await server?.stop();
    },
    jwksOf: (issuer) => [...pools.values()].find((pool) => pool.issuer === issuer)?.keys.jwks,
  };
};

const standardScopes = new Set(['openid', 'email', 'phone', 'profile']);

const makeProviders = (
  { stateDir, now }: ServiceContext,
  pools: Map<string, Pool>,
  domainCreated: (domain: string) => void,
): ResourceProvider[] => {
  const poolOf = (id: string): Pool => {
    const pool = pools.get(id);
    if (pool === undefined)
      throw new Error(`The template refers to the user pool ${id}, which it does not make`);
    return pool;
  };
  return [
    provide('AWS::Cognito::UserPool', UserPoolProperties, async (declared) => {
      const id = `${account.region}_${physicalId(declared, 9)}`;
      const pool = await openPool({ id, properties: declared.properties, stateDir, now });
      pools.set(id, pool);
      const providerName = pool.issuer.slice('https://'.length);
      return {
        ref: id,
        attributes: { Arn: pool.arn, ProviderName: providerName, ProviderURL: pool.issuer, UserPoolId: id },
      };
    }),
    provide('AWS::Cognito::UserPoolClient', UserPoolClientProperties, (declared) => {
      const id = physicalId(declared, 26);
      const { properties } = declared;
      const pool = poolOf(properties.UserPoolId);
      const unknown = properties.AllowedOAuthScopes.find(
        (scope) => !standardScopes.has(scope) && !pool.customScopes.has(scope),
      );
      if (unknown !== undefined) {
        throw new Error(
          `${declared.logicalId} allows the scope ${unknown}, which no resource server of its pool has`,
        );
      }
      pool.clients.set(id, { id, properties });
      return { ref: id, attributes: { ClientId: id, Name: properties.ClientName } };
    }),
    provide('AWS::Cognito::UserPoolDomain', UserPoolDomainProperties, ({ properties }) => {
      poolOf(properties.UserPoolId);
      domainCreated(properties.Domain);
      return { ref: properties.Domain, attributes: {} };
    }),
    provide('AWS::Cognito::UserPoolGroup', UserPoolGroupProperties, ({ properties }) => {
      poolOf(properties.UserPoolId).groups.set(properties.GroupName, { ...properties, createdAt: now() });
      return { ref: properties.GroupName, attributes: {} };
    }),
    provide('AWS::Cognito::UserPoolResourceServer', UserPoolResourceServerProperties, ({ properties }) => {
      const pool = poolOf(properties.UserPoolId);
      for (const scope of properties.Scopes)
        pool.customScopes.add(`${properties.Identifier}/${scope.ScopeName}`);
      return { ref: properties.Identifier, attributes: {} };
    }),
    provide('AWS::Cognito::ManagedLoginBranding', ManagedLoginBrandingProperties, (declared) => {
      const id = physicalId(declared, 26);
      return { ref: id, attributes: { ManagedLoginBrandingId: id } };
    }),
  ];
};
