import { Aws, Duration } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { Group } from '#contract/api.ts';
import type { DashboardConfig } from '#contract/dashboard-config.ts';
import { resourceServer, scopes } from '#contract/routes.ts';
import { acknowledge } from './acknowledge.ts';
import type { RollcallConfig } from './configuration.ts';
import { dataRemovalPolicy } from './removal.ts';

/** Path of the dashboard that the hosted sign-in returns to with the code. */
const redirectPath = '/callback';

/** Who may sign in: the user pool, its groups and hosted pages, and the dashboard's public client. */
export class SignIn extends Construct {
  readonly pool: UserPool;
  /** Base URL of the hosted sign-in pages. */
  readonly url: string;
  readonly #domain: UserPoolDomain;
  readonly #resourceServer: UserPoolResourceServer;
  readonly #checkInDays: number;

  constructor(scope: Construct, id: string, { config }: { readonly config: RollcallConfig }) {
    super(scope, id);
    this.#checkInDays = config.retention.photos.checkInDays;
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: `rollcall-${config.stage}`,
      // Anyone may sign up: without a group and a link from HR an account can do nothing.
      selfSignUpEnabled: true,
      signInAliases: { username: true, email: true },
      // `Ada` and `ada` are one user. It can only be said when the pool is made.
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: false,
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: config.keepDataOnDelete,
      removalPolicy: dataRemovalPolicy(config),
    });

    acknowledge(
      this.pool,
      'COG1',
      'Twelve characters with capitals and digits; NIST SP 800-63B advises against asking for special ones on top.',
    );
    acknowledge(
      this.pool,
      'COG2',
      'The hosted pages cannot let people set up a second factor while it is optional, and staff without a telephone must be able to sign in; docs/deploy.md, step 7, says what follows for administrators.',
    );
    acknowledge(
      this.pool,
      'COG8',
      'The plus tier adds risk scores to sign-ins, at a price for each person and month; an account without a link from HR can do nothing.',
    );

    for (const groupName of Group.options) {
      new CfnUserPoolGroup(this, `Group-${groupName}`, { userPoolId: this.pool.userPoolId, groupName });
    }

    // The prefix is unique in the region; the account id keeps two installations apart.
    this.#domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `rollcall-${config.stage}-${Aws.ACCOUNT_ID}` },
    });
    this.url = this.#domain.baseUrl();

    this.#resourceServer = this.pool.addResourceServer('ResourceServer', {
      identifier: resourceServer,
      scopes: [apiScopes.read, apiScopes.write],
    });
  }

  /** The single-page dashboard: authorization code with PKCE and nothing else, so there is no secret to leak. */
  addBrowserClient(dashboardUrl: string): UserPoolClient {
    return this.pool.addClient('DashboardClient', {
      generateSecret: false,
      // Without a flow named here Cognito allows password sign-in by API, which the hosted pages do not need. A custom
      // flow opens nothing: the pool has no triggers for one. (Rotation excludes ALLOW_REFRESH_TOKEN_AUTH.)
      authFlows: { custom: true },
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.resourceServer(this.#resourceServer, apiScopes.read),
          OAuthScope.resourceServer(this.#resourceServer, apiScopes.write),
        ],
        callbackUrls: [`${dashboardUrl}/`, `${dashboardUrl}${redirectPath}`],
        logoutUrls: [`${dashboardUrl}/`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      // A working day: after that people sign in again.
      refreshTokenValidity: Duration.hours(10),
      // Each renewal replaces the refresh token, so a stolen one is soon worthless; the old one lives on for a lost answer.
      refreshTokenRotationGracePeriod: Duration.seconds(10),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
  }

  /** What the dashboard has to know to send people to the sign-in pages, and to tell them of their pictures (served as `config.json`). */
  configurationFor(client: UserPoolClient): DashboardConfig {
    return {
      issuer: this.pool.userPoolProviderUrl,
      clientId: client.userPoolClientId,
      signInDomain: this.url,
      redirectPath,
      scopes: ['openid', ...Object.values(scopes)].join(' '),
      checkInDays: this.#checkInDays,
    };
  }
}

const scopeNamed = (scope: string, scopeDescription: string): ResourceServerScope =>
  new ResourceServerScope({ scopeName: scope.slice(`${resourceServer}/`.length), scopeDescription });

const apiScopes = {
  read: scopeNamed(scopes.read, 'Read what your groups and sites allow'),
  write: scopeNamed(scopes.write, 'Change what your groups and sites allow'),
};
