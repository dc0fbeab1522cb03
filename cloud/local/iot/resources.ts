import { z } from 'zod';
import { arn } from '../account.ts';
import { physicalName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import type { Iam } from '../iam/iam.ts';
import type { Authorizer } from './authorizer.ts';
import { maxTemplateBytes, maxTemplateNameCharacters } from './limits.ts';
import { type Provisioning, templateArn } from './provisioning.ts';
import { parseTemplateBody } from './provisioning-template.ts';
import type { RuleAction } from './rules/actions.ts';
import { type RuleEngine, ruleArn } from './rules/rule-engine.ts';

/** inert: tags steer nothing on one machine. */
const Tags = z.array(z.unknown()).optional();

const LambdaAction = z
  .strictObject({ Lambda: z.strictObject({ FunctionArn: z.string() }) })
  .transform(({ Lambda }): RuleAction => ({ kind: 'lambda', functionArn: Lambda.FunctionArn }));

const SqsAction = z
  .strictObject({
    Sqs: z.strictObject({ QueueUrl: z.string(), RoleArn: z.string(), UseBase64: z.boolean().default(false) }),
  })
  .transform(
    ({ Sqs }): RuleAction => ({
      kind: 'sqs',
      queueUrl: Sqs.QueueUrl,
      roleArn: Sqs.RoleArn,
      useBase64: Sqs.UseBase64,
    }),
  );

const TopicRule = z.strictObject({
  RuleName: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,128}$/, 'a rule name is letters, digits and underscores')
    .optional(),
  TopicRulePayload: z.strictObject({
    Sql: z.string(),
    AwsIotSqlVersion: z.literal('2016-03-23'),
    RuleDisabled: z.boolean().default(false),
    Actions: z.array(LambdaAction).min(1).max(10),
    ErrorAction: SqsAction.optional(),
    // inert: for people only
    Description: z.string().optional(),
  }),
  Tags,
});

const Policy = z.strictObject({
  PolicyName: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/)
    .optional(),
  PolicyDocument: z.unknown(),
  Tags,
});

const ProvisioningTemplate = z.strictObject({
  TemplateName: z
    .string()
    .regex(/^[0-9A-Za-z_-]+$/)
    .max(maxTemplateNameCharacters)
    .optional(),
  TemplateType: z.literal('FLEET_PROVISIONING').optional(),
  TemplateBody: z
    .string()
    .refine((body) => Buffer.byteLength(body) <= maxTemplateBytes, `at most ${maxTemplateBytes} bytes`),
  Enabled: z.boolean().default(false),
  PreProvisioningHook: z
    .strictObject({ TargetArn: z.string(), PayloadVersion: z.literal('2020-04-01').optional() })
    .optional(),
  ProvisioningRoleArn: z.string(),
  // inert: for people only
  Description: z.string().optional(),
  Tags,
});

/** The IoT resource types of a template. */
export const makeIotResources = ({
  rules,
  authorizer,
  provisioning,
  iam,
}: {
  readonly rules: RuleEngine;
  readonly authorizer: Authorizer;
  readonly provisioning: Provisioning;
  readonly iam: Pick<Iam, 'mayAssume'>;
}): readonly ResourceProvider[] => [
  provide('AWS::IoT::TopicRule', TopicRule, ({ logicalId, stackName, properties }) => {
    const name = properties.RuleName ?? physicalName(stackName, logicalId).replace(/[^A-Za-z0-9_]/g, '_');
    const { Sql, RuleDisabled, Actions, ErrorAction } = properties.TopicRulePayload;
    if (
      ErrorAction?.kind === 'sqs' &&
      !iam.mayAssume(ErrorAction.roleArn, 'iot.amazonaws.com', { 'aws:SourceArn': ruleArn(name) })
    )
      throw new Error(
        `AWS IoT may not assume the role ${ErrorAction.roleArn} of the error action of ${name}: its trust policy has to allow it`,
      );
    try {
      rules.define({
        name,
        sql: Sql,
        disabled: RuleDisabled,
        actions: Actions,
        ...(ErrorAction === undefined ? {} : { errorAction: ErrorAction }),
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The SQL of the IoT rule ${name} (${logicalId}) is not valid: ${why}`, { cause });
    }
    return { ref: name, attributes: { Arn: ruleArn(name) } };
  }),

  provide('AWS::IoT::Policy', Policy, ({ logicalId, stackName, properties }) => {
    const name = properties.PolicyName ?? physicalName(stackName, logicalId);
    authorizer.definePolicy(name, properties.PolicyDocument);
    return { ref: name, attributes: { Arn: arn('iot', `policy/${name}`), Id: name } };
  }),

  provide('AWS::IoT::ProvisioningTemplate', ProvisioningTemplate, ({ logicalId, stackName, properties }) => {
    const name =
      properties.TemplateName ?? physicalName(stackName, logicalId).slice(-maxTemplateNameCharacters);
    const roleArn = properties.ProvisioningRoleArn;
    if (!iam.mayAssume(roleArn, 'iot.amazonaws.com'))
      throw new Error(
        `AWS IoT may not assume the provisioning role ${roleArn}: its trust policy has to allow it`,
      );
    provisioning.defineTemplate({
      name,
      roleArn,
      enabled: properties.Enabled,
      body: parseTemplateBody(properties.TemplateBody),
      hookFunctionArn: properties.PreProvisioningHook?.TargetArn,
    });
    return { ref: name, attributes: { TemplateArn: templateArn(name) } };
  }),
];
