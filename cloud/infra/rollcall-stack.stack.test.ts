import { describe, expect, it } from 'vitest';
import { apiBase, routes } from '#contract/routes.ts';
import { config } from '../../rollcall.config.ts';
import { readable, resourcesOf, synthesiseForTests } from './template-for-tests.ts';

const template = synthesiseForTests(config);
const properties = (type: string): readonly (Record<string, unknown> & { readonly id: string })[] =>
  resourcesOf(template, type).map(({ id, Properties }) => ({
    ...(readable(Properties) as Record<string, unknown>),
    id,
  }));

describe('the API', () => {
  it('has the routes of the contract and no other, each behind the authorizer and its scope', () => {
    const [authorizer] = properties('AWS::ApiGatewayV2::Authorizer');
    const declared = properties('AWS::ApiGatewayV2::Route').map((route) => ({
      key: route.RouteKey,
      type: route.AuthorizationType,
      authorizer: route.AuthorizerId,
      scopes: route.AuthorizationScopes,
    }));
    const wanted = Object.values(routes).map(({ method, path, scope }) => ({
      key: `${method} ${apiBase}${path}`,
      type: 'JWT',
      authorizer: `<${authorizer?.id}>`,
      scopes: [scope],
    }));
    expect(declared).toHaveLength(wanted.length);
    expect(declared).toEqual(expect.arrayContaining(wanted));
  });

  it('takes tokens of the dashboard’s client only', () => {
    const [client] = properties('AWS::Cognito::UserPoolClient');
    expect(properties('AWS::ApiGatewayV2::Authorizer')).toMatchObject([
      { AuthorizerType: 'JWT', JwtConfiguration: { Audience: [`<${client?.id}>`] } },
    ]);
  });

  it('may call each of its functions by one permission', () => {
    const fromApi = properties('AWS::Lambda::Permission').filter(
      ({ Principal }) => Principal === 'apigateway.amazonaws.com',
    );
    const duties = new Set(Object.values(routes).map((route) => route.function));
    expect(new Set(fromApi.map(({ FunctionName }) => FunctionName)).size).toBe(duties.size);
    expect(fromApi).toHaveLength(duties.size);
  });
});

describe('sign-in', () => {
  it('is open, but by code and PKCE alone and without a secret', () => {
    expect(properties('AWS::Cognito::UserPool')).toMatchObject([
      {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        AliasAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: false },
      },
    ]);
    expect(properties('AWS::Cognito::UserPoolClient')).toMatchObject([
      {
        GenerateSecret: false,
        AllowedOAuthFlows: ['code'],
        ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
        EnableTokenRevocation: true,
        PreventUserExistenceErrors: 'ENABLED',
        AccessTokenValidity: 15,
      },
    ]);
  });

  it('knows the groups of the contract', () => {
    const groups = properties('AWS::Cognito::UserPoolGroup').map((group) => group.GroupName);
    expect(groups).toEqual(['admin', 'hr', 'manager', 'facilities', 'staff', 'kiosk']);
  });
});

describe('the template', () => {
  it('is the same for every account and Region, and holds nothing but resources and outputs', () => {
    expect(Object.keys(template).sort()).toEqual(['Description', 'Outputs', 'Resources']);
    expect(Object.values(template.Resources).filter(({ Metadata }) => Metadata !== undefined)).toEqual([]);
    expect(JSON.stringify(template)).not.toMatch(/arn:aws:/);
  });

  it('takes its stage from the context before the configuration', () => {
    expect(synthesiseForTests(config, { stage: 'trial' }).Outputs).toMatchObject({
      Stage: { Value: 'trial' },
      ProvisioningTemplateName: { Value: 'rollcall-trial' },
    });
  });
});
