import { z } from 'zod';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** AWS::Scheduler::Schedule with a Lambda function as its target. One-time schedules and time windows are not here and therefore refused. */
export const scheduleProperties = z.strictObject({
  Description: z.string().max(512).optional(), // inert: a label
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  GroupName: z.literal('default').default('default'),
  Name: z
    .string()
    .regex(/^[0-9a-zA-Z-_.]{1,64}$/)
    .optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.strictObject({
    Arn: z.string().regex(/^arn:aws:lambda:/, 'the local cloud knows functions as targets'),
    DeadLetterConfig: z.strictObject({ Arn: z.string().regex(/^arn:aws:sqs:/) }).optional(),
    Input: z.string().refine(isJson, 'the input of a function is JSON'),
    RetryPolicy: z
      .strictObject({
        MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).default(86_400),
        MaximumRetryAttempts: z.number().int().min(0).max(185).default(185),
      })
      .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
    RoleArn: z.string(),
  }),
});

export type ScheduleProperties = z.output<typeof scheduleProperties>;
