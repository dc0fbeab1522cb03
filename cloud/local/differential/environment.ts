import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * A deployed stack that contract tests run against: the real AWS, or a whole local cloud. `npm run test:aws` writes it to a
 * file and names that in `ROLLCALL_TEST_TARGET`; without one, tests stand up the one service that they are about.
 */
export const TestTarget = z.strictObject({
  region: z.string(),
  /** Base URL of every AWS API; left out for AWS itself. */
  endpoint: z.url().optional(),
  /** Left out for AWS itself, where the SDK finds them as always. */
  credentials: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }).optional(),
  tableName: z.string(),
  bucket: z.string(),
  userPoolId: z.string(),
  collectionId: z.string(),
  queueUrl: z.string(),
  topicArn: z.string(),
});
export type TestTarget = z.infer<typeof TestTarget>;

/** The target that a stack is, by its outputs; throws an Error that names an output which it lacks. */
export const createTarget = (
  outputs: Readonly<Record<string, string>>,
  where: Pick<TestTarget, 'region' | 'endpoint' | 'credentials'>,
): TestTarget => {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}: run npm run synth`);
    return value;
  };
  return {
    ...where,
    tableName: output('TableName'),
    bucket: output('ImageBucketName'),
    userPoolId: output('UserPoolId'),
    collectionId: output('CollectionId'),
    queueUrl: output('DeadQueueUrl'),
    topicArn: output('AlertsTopicArn'),
  };
};

/** The settings of any SDK client for the target. */
export const clientSettings = ({ region, endpoint, credentials }: TestTarget) => ({
  region,
  ...(endpoint === undefined ? {} : { endpoint }),
  ...(credentials === undefined ? {} : { credentials }),
});

/** The target that this run was given; undefined when tests are to stand up their own. */
export const givenTarget = (): TestTarget | undefined => {
  const file = process.env.ROLLCALL_TEST_TARGET;
  return file === undefined ? undefined : TestTarget.parse(JSON.parse(readFileSync(file, 'utf8')));
};
