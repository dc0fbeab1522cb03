import { z } from 'zod';

// Every property that the stack may set on a Cognito resource. Strict: one that is not here is an error
// when the local cloud starts, so that nothing that changes behaviour is skipped in silence.

const ignored = z.unknown().optional();

export const UserPoolProperties = z.strictObject({
  AdminCreateUserConfig: z
    .strictObject({ AllowAdminCreateUserOnly: z.boolean().default(false) })
    .prefault({}),
  AliasAttributes: z.array(z.literal('email')).default([]),
  UsernameAttributes: z.array(z.literal('email')).default([]),
  /** Without it Cognito tells `Ann` from `ann`. */
  UsernameConfiguration: z.strictObject({ CaseSensitive: z.boolean().default(true) }).prefault({}),
  AutoVerifiedAttributes: z.array(z.literal('email')).default([]),
  Policies: z
    .strictObject({
      PasswordPolicy: z
        .strictObject({
          MinimumLength: z.int().min(6).max(99).default(8),
          RequireLowercase: z.boolean().default(false),
          RequireUppercase: z.boolean().default(false),
          RequireNumbers: z.boolean().default(false),
          RequireSymbols: z.boolean().default(false),
          TemporaryPasswordValidityDays: z.int().min(0).max(365).default(7),
        })
        .prefault({}),
      SignInPolicy: z.strictObject({ AllowedFirstAuthFactors: z.array(z.literal('PASSWORD')) }).optional(),
    })
    .prefault({}),
  /** `ON` would ask for a second factor that the local pages do not have. */
  MfaConfiguration: z.enum(['OFF', 'OPTIONAL']).default('OFF'),
  Schema: z
    .array(
      z.strictObject({
        Name: z.string(),
        AttributeDataType: ignored,
        DeveloperOnlyAttribute: ignored,
        Mutable: ignored,
        Required: z.boolean().default(false),
        NumberAttributeConstraints: ignored,
        StringAttributeConstraints: ignored,
      }),
    )
    .default([]),
  AccountRecoverySetting: ignored, // inert: no mail leaves this machine; an administrator sets a new password
  EnabledMfas: ignored, // inert: a second factor is only ever optional here, and nobody has enrolled one
  EmailVerificationMessage: ignored, // inert: the confirmation code is shown on the page, no mail is written
  EmailVerificationSubject: ignored, // inert: as above
  SmsVerificationMessage: ignored, // inert: no text messages
  VerificationMessageTemplate: ignored, // inert: no mail is written
  EmailConfiguration: ignored, // inert: no mail is written
  UserAttributeUpdateSettings: ignored, // inert: users cannot change their address on the local pages
  UserPoolTier: ignored, // inert: pricing plan
  UserPoolAddOns: ignored, // inert: threat protection watches AWS's traffic
  DeletionProtection: ignored, // inert: resources are never deleted here
  UserPoolName: ignored, // inert: a label
  UserPoolTags: ignored, // inert: labels
});

const Unit = z.enum(['seconds', 'minutes', 'hours', 'days']);

export const UserPoolClientProperties = z.strictObject({
  UserPoolId: z.string(),
  ClientName: z.string().default('client'),
  /** A secret cannot be kept by a page in a browser; the local token endpoint knows public clients only. */
  GenerateSecret: z.literal(false).default(false),
  AllowedOAuthFlows: z.array(z.literal('code')).default([]),
  AllowedOAuthFlowsUserPoolClient: z.boolean().default(false),
  AllowedOAuthScopes: z.array(z.string()).default([]),
  CallbackURLs: z.array(z.string()).default([]),
  DefaultRedirectURI: z.string().optional(),
  LogoutURLs: z.array(z.string()).default([]),
  SupportedIdentityProviders: z.array(z.literal('COGNITO')).default(['COGNITO']),
  PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  EnableTokenRevocation: z.boolean().default(true),
  RefreshTokenRotation: z
    .strictObject({
      Feature: z.enum(['ENABLED', 'DISABLED']),
      RetryGracePeriodSeconds: z.int().min(0).max(60).default(0),
    })
    .optional(),
  AccessTokenValidity: z.number().positive().default(1),
  IdTokenValidity: z.number().positive().default(1),
  RefreshTokenValidity: z.number().positive().default(30),
  TokenValidityUnits: z
    .strictObject({
      AccessToken: Unit.default('hours'),
      IdToken: Unit.default('hours'),
      RefreshToken: Unit.default('days'),
    })
    .prefault({}),
  AuthSessionValidity: z.int().min(3).max(15).default(3),
  ExplicitAuthFlows: ignored, // inert: sign-in is by the hosted pages only, the InitiateAuth API is not served
  ReadAttributes: ignored, // inert: the pages and tokens only ever hold the e-mail address
  WriteAttributes: ignored, // inert: as above
  EnablePropagateAdditionalUserContextData: ignored, // inert: threat protection
});

export const UserPoolDomainProperties = z.strictObject({
  UserPoolId: z.string(),
  Domain: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a domain prefix, not a custom domain'),
  ManagedLoginVersion: ignored, // inert: one set of pages here, whichever of AWS's two is chosen
});

export const UserPoolGroupProperties = z.strictObject({
  UserPoolId: z.string(),
  GroupName: z.string(),
  Description: z.string().optional(),
  Precedence: z.int().nonnegative().optional(),
});

export const UserPoolResourceServerProperties = z.strictObject({
  UserPoolId: z.string(),
  Identifier: z.string(),
  Name: z.string(),
  Scopes: z.array(z.strictObject({ ScopeName: z.string(), ScopeDescription: z.string() })).default([]),
});

export const ManagedLoginBrandingProperties = z.strictObject({
  UserPoolId: z.string(),
  ClientId: ignored, // inert: the local pages have one look
  UseCognitoProvidedValues: ignored, // inert: as above
  ReturnMergedResources: ignored, // inert: as above
  Settings: ignored, // inert: as above
  Assets: ignored, // inert: as above
});

export type UserPoolProperties = z.output<typeof UserPoolProperties>;
export type UserPoolClientProperties = z.output<typeof UserPoolClientProperties>;
export type UserPoolGroupProperties = z.output<typeof UserPoolGroupProperties>;
