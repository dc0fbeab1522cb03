import { z } from 'zod';

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  Metadata: z.unknown().optional(), // inert: notes by the CDK for people and tools
  DeletionPolicy: z.unknown().optional(), // inert: the local cloud never deletes a resource; its state is a folder
  UpdateReplacePolicy: z.unknown().optional(), // inert: as above
});

/** One resource as the template declares it, its properties still unresolved. */
export type TemplateResource = z.output<typeof resourceSchema>;

/** A CloudFormation template; sections that change meaning (Transform, Hooks) are refused by being unknown. */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Rules: z.unknown().optional(), // inert: the CDK's check of the bootstrap version, which a laptop does not have
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Condition: z.string().optional() }))
    .default({}),
});

export type Template = z.output<typeof templateSchema>;
