import type { RoleLabel } from './roles.ts';

/** A grant that nothing here can prove needed, and why it is there all the same. */
export type Exemption = {
  readonly roles: readonly RoleLabel[];
  readonly actions: readonly string[];
  readonly why: string;
};

const functions: readonly RoleLabel[] = [
  'IngestFunctionRole',
  'WatchFunctionRole',
  'DaysFunctionRole',
  'DoorsHookRole',
  'ApiattendanceRole',
  'ApipeopleRole',
  'ApidoorsRole',
  'ApicheckinRole',
  'ApischeduleRole',
];

/** The whole list: whoever adds a line takes a grant out of the proof. */
export const exemptions: readonly Exemption[] = [
  {
    roles: functions,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    why: 'asked for here as by Lambda, but a function without them runs all the same and only its log is missing: no flow can fail, so lambda.test.ts proves it',
  },
  {
    roles: ['DashboardDeploymentRole'],
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    why: 'the log of the CDK’s own function; the local cloud copies the files itself and runs no such function',
  },
  {
    roles: ['DoorsProvisioningRole'],
    actions: [
      'iot:DescribeThing',
      'iot:ListThingPrincipals',
      'iot:ListPrincipalThings',
      'iot:DescribeCertificate',
      'iot:GetPolicy',
      'iot:ListAttachedPolicies',
    ],
    why: 'AWS IoT reads before it changes and does not document what; AWS’s own managed policy for this role has them',
  },
  {
    roles: ['DashboardDeploymentRole'],
    actions: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'],
    why: 'the CDK’s own function reads the asset and the bucket; the local cloud copies the files itself',
  },
  {
    roles: ['DashboardDeploymentRole'],
    actions: [
      's3:PutObject',
      's3:PutObjectLegalHold',
      's3:PutObjectRetention',
      's3:PutObjectTagging',
      's3:PutObjectVersionTagging',
      's3:DeleteObject*',
      's3:Abort*',
    ],
    why: 'the CDK’s own function writes the dashboard’s bucket; the CDK grants this, not this repository',
  },
];
