import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** AWS::Lambda::Function, the properties that this product's CDK code writes. */
export const functionProperties = z.strictObject({
  Architectures: z.array(z.string()).optional(), // inert: the bundles are JavaScript
  Code: z.strictObject({
    S3Bucket: z.string(), // inert: assets are read from the assembly, not from the bootstrap bucket
    S3Key: z.string(),
  }),
  Description: z.string().max(256).optional(), // inert: a label
  Environment: z
    .strictObject({ Variables: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]+$/), z.string()) })
    .optional(),
  EphemeralStorage: z.unknown().optional(), // inert: the child may write where the user may
  FunctionName: z
    .string()
    .regex(/^[a-zA-Z0-9-_]{1,64}$/)
    .optional(),
  Handler: z
    .string()
    .max(128)
    .regex(/^[\w/-]+\.\w+$/),
  Layers: z.array(z.string()).optional(),
  // Its lines go to one local file whatever the group, if the role may write to that group.
  LoggingConfig: z.strictObject({ LogGroup: z.string(), LogFormat: z.literal('Text').optional() }).optional(),
  MemorySize: z.number().int().min(128).max(10_240).default(128),
  ReservedConcurrentExecutions: z.number().int().min(0).optional(),
  Role: z.string(),
  Runtime: z.string(),
  Tags: z.unknown().optional(), // inert: labels
  Timeout: z.number().int().min(1).max(900).default(3),
  TracingConfig: z.unknown().optional(), // inert: there is no X-Ray here
});

export type FunctionProperties = z.output<typeof functionProperties>;

/** AWS::Lambda::EventInvokeConfig: retries of asynchronous events, and a queue for those that failed. */
export const eventInvokeConfigProperties = z.strictObject({
  DestinationConfig: z
    .strictObject({
      OnFailure: z.strictObject({
        Destination: z.string().regex(/^arn:aws:sqs:/, 'the local cloud knows queues as destinations'),
      }),
    })
    .optional(),
  FunctionName: z.string(),
  MaximumEventAgeInSeconds: z.number().int().min(60).max(21_600).default(21_600),
  MaximumRetryAttempts: z.number().int().min(0).max(2).default(2),
  Qualifier: z.literal('$LATEST'),
});

const extensions = ['.mjs', '.js', '.cjs'];

/** The file and export that `Handler` (`index.handler`) names within the asset's folder. Throws when it is not there. */
export const findHandler = (
  assetDir: string,
  handler: string,
): { readonly handlerFile: string; readonly handlerExport: string } => {
  const dot = handler.lastIndexOf('.');
  const base = path.resolve(assetDir, handler.slice(0, dot));
  const handlerFile = extensions.map((extension) => base + extension).find((file) => existsSync(file));
  if (handlerFile === undefined) {
    throw new Error(`the handler ${handler} is not in ${assetDir}; run npm run synth`);
  }
  return { handlerFile, handlerExport: handler.slice(dot + 1) };
};
