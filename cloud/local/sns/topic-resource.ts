import { z } from 'zod';

/** Local mail is kept for the developer to read; nothing leaves the machine. Other protocols are not here and therefore refused. */
const Protocol = z.literal('email');

/** AWS::SNS::Topic. First-in-first-out topics and delivery logs are not here and therefore refused. */
export const topicProperties = z.strictObject({
  DisplayName: z.string().max(100).optional(), // inert: a label of mails
  KmsMasterKeyId: z.string().optional(),
  SignatureVersion: z.string().optional(), // inert: only HTTP subscribers verify signatures
  Subscription: z.array(z.strictObject({ Endpoint: z.string(), Protocol })).default([]),
  Tags: z.unknown().optional(), // inert: labels
  TopicName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,256}$/)
    .optional(),
  TracingConfig: z.unknown().optional(), // inert: there is no X-Ray here
});

/** AWS::SNS::Subscription. Filters and redrive would change what arrives and are refused. */
export const subscriptionProperties = z.strictObject({
  Endpoint: z.email(),
  Protocol,
  Region: z.string().optional(), // inert: there is one Region
  TopicArn: z.string(),
});

/** `Topics` are ARNs, as `Ref` gives them. */
export const topicPolicyProperties = z.strictObject({
  PolicyDocument: z.unknown(),
  Topics: z.array(z.string()).min(1),
});
