import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Template, templateSchema } from './template.ts';

/** What `cdk synth` wrote: one stack's template, and where each asset that it names by object key lies on disk. */
export type Assembly = {
  readonly stackName: string;
  readonly template: Template;
  /** The file or folder behind an asset's S3 object key (`<hash>.zip`); undefined for a key that is no asset. */
  assetPath(objectKey: string): string | undefined;
};

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const assetManifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Reads the assembly folder; throws an Error that names the missing or damaged file and says how to write it anew. */
export const readAssembly = (assemblyDir: string): Assembly => {
  const manifest = readJson(path.join(assemblyDir, 'manifest.json'), manifestSchema);
  const artifacts = Object.entries(manifest.artifacts);

  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new Error(
      `${assemblyDir} holds ${stacks.length} stacks; the local cloud stands up exactly one. Run npm run synth.`,
    );
  }
  const [artifactId, { properties }] = stack;
  const templateFile = path.join(assemblyDir, properties?.templateFile ?? `${artifactId}.template.json`);
  const template = readJson(templateFile, templateSchema);

  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) continue;
    const { files } = readJson(path.join(assemblyDir, artifact.properties.file), assetManifestSchema);
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined) continue;
      const file = path.join(assemblyDir, source.path);
      if (!existsSync(file)) throw new Error(`${file} is missing. ${remedy}`);
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, file);
    }
  }
  return {
    stackName: properties?.stackName ?? artifactId,
    template,
    assetPath: (objectKey) => assets.get(objectKey),
  };
};

const remedy = 'Write the template anew: run npm run synth.';

const readJson = <S extends z.ZodType>(file: string, schema: S): z.output<S> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} is missing or cannot be read. ${remedy}`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not valid JSON. ${remedy}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new Error(`${file} is not what CDK writes: ${z.prettifyError(parsed.error)}\n${remedy}`);
  return parsed.data;
};
