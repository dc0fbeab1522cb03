import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { crc32Of } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import type { ObjectStore } from './object-store.ts';
import { etagOf } from './write-object.ts';

const Markers = z.record(z.string(), z.string());

/** `Custom::CDKBucketDeployment` as the CDK's BucketDeployment writes it. Filters are not here and therefore refused. */
export const BucketDeploymentProperties = z.strictObject({
  SourceObjectKeys: z.array(z.string()),
  SourceMarkers: z.array(Markers).default([]),
  SourceMarkersConfig: z.array(z.strictObject({ jsonEscape: z.boolean().optional() })).default([]),
  DestinationBucketName: z.string(),
  DestinationBucketKeyPrefix: z.string().default(''),
  Prune: z.boolean().default(true),
  SystemMetadata: z
    .strictObject({
      'cache-control': z.string().optional(),
      'content-disposition': z.string().optional(),
      'content-language': z.string().optional(),
      'content-type': z.string().optional(),
    })
    .default({}),
  UserMetadata: z.record(z.string(), z.string()).default({}),
  Extract: z.literal(true).default(true),
  // inert: the folders come from the assembly, not from a bucket, and no function runs
  ServiceToken: z.unknown(),
  SourceBucketNames: z.unknown(),
  // inert: the local CloudFront caches nothing
  DistributionId: z.unknown().optional(),
  DistributionPaths: z.unknown().optional(),
  WaitForDistributionInvalidation: z.unknown().optional(),
  // inert: nothing is deleted with the stack here
  RetainOnDelete: z.unknown().optional(),
  // inert: outputs of the custom resource that no part of the template reads
  OutputObjectKeys: z.unknown().optional(),
  DestinationBucketArn: z.unknown().optional(),
});
type Deployment = z.infer<typeof BucketDeploymentProperties>;

type Deps = {
  readonly store: ObjectStore;
  /** The folder of an asset, by the object key that the template gives it. */
  readonly directoryOf: (objectKey: string) => string;
};

/** Copies the sources into the bucket, later ones over earlier ones, and removes what is in none of them. */
export const deployToBucket = async (deployment: Deployment, deps: Deps): Promise<void> => {
  const prefix = deployment.DestinationBucketKeyPrefix.replace(/^\/|\/$/g, '');
  const bodies = new Map<string, Buffer>();
  for (const [index, objectKey] of deployment.SourceObjectKeys.entries()) {
    const folder = deps.directoryOf(objectKey);
    for (const file of await filesOf(folder)) {
      const key = path.posix.join(prefix, file.split(path.sep).join('/'));
      bodies.set(key, fill(await readFile(path.join(folder, file)), index, deployment));
    }
  }
  for (const [key, body] of bodies) {
    const headers = {
      'content-type': contentTypeOf(key),
      ...definedOf(deployment.SystemMetadata),
      ...Object.fromEntries(
        Object.entries(deployment.UserMetadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
      ),
    };
    await deps.store.write({ key, body, etag: etagOf(body), crc32: crc32Of(body), headers });
  }
  if (!deployment.Prune) return;
  for (const { key } of deps.store.all())
    if (!bodies.has(key) && (prefix === '' || key.startsWith(`${prefix}/`))) await deps.store.remove(key);
};

const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

/** Puts values that only the deployment knows in place of a source's markers. */
const fill = (body: Buffer, source: number, deployment: Deployment): Buffer => {
  const markers = Object.entries(deployment.SourceMarkers[source] ?? {});
  if (markers.length === 0) return body;
  const inJson = deployment.SourceMarkersConfig[source]?.jsonEscape === true;
  const filled = markers.reduce(
    (text, [marker, value]) =>
      text.replaceAll(marker, () => (inJson ? JSON.stringify(value).slice(1, -1) : value)),
    body.toString('utf8'),
  );
  return Buffer.from(filled);
};

const definedOf = (metadata: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
