import path from 'node:path';
import { account, type ServiceContext } from '../account.ts';
import { physicalBucketName } from '../cloudformation/physical-name.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { type Service, ServiceError, type ServiceRequest, type ServiceResponse } from '../gateway/service.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { BucketDeploymentProperties, deployToBucket } from './bucket-deployment.ts';
import { type BucketPolicy, noBucketPolicy, parseBucketPolicy, type ServiceReader } from './bucket-policy.ts';
import { BucketPolicyProperties, BucketProperties, type LifecycleRule } from './bucket-resource.ts';
import { deleteObjects } from './delete-objects.ts';
import { makeRestingKey, type RestingKey } from './encryption.ts';
import { expirationHeader, expiryOf } from './lifecycle.ts';
import { listObjects } from './list.ts';
import { makeObjectStore, type ObjectStore, type StoredObject } from './object-store.ts';
import { answerObject } from './read-object.ts';
import { refuseUnknownOptions, withHeadersOfUrl } from './request-options.ts';
import { putObject, writtenHeaders } from './write-object.ts';

const sweepEveryMs = 60 * 60_000;

/** An object as a web server in the same process reads it. `headers` has the content type, too. */
type ReadObject = {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type S3 = {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** For services in this process, as far as the bucket policy lets them read; undefined = not allowed, or not there. */
  readObject(bucket: string, key: string, reader: ServiceReader): Promise<ReadObject | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Deletes objects past their bucket's expiry by the injected clock; returns how many. Runs by itself every hour. */
  sweepExpired(): Promise<number>;
};

/** Everything on one bucket happens in turn: a condition holds until its write is done, a body is that of its headers. */
type Bucket = {
  readonly store: ObjectStore;
  readonly rules: readonly LifecycleRule[];
  readonly key: RestingKey;
  policy: BucketPolicy;
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
};

/**
 * S3 on disk: whole objects in and out, listing and deleting, path-style addresses. Signatures are the gateway's.
 * No versions, multipart uploads, copies, tags or browser form uploads: each is refused by name.
 */
export const makeS3 = (
  context: ServiceContext & {
    readonly assets: { directoryOf(objectKey: string): string };
  },
): S3 => {
  const buckets = new Map<string, Bucket>();
  let sweeping: NodeJS.Timeout | undefined;

  const bucketNamed = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket === undefined)
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, {
        BucketName: name,
      });
    return bucket;
  };

  const onBucket = async (request: ServiceRequest, name: string): Promise<ServiceResponse> => {
    const listing = request.method === 'GET' || request.method === 'HEAD';
    if (listing) {
      refuseUnknownOptions(request, 'list');
      const prefix = request.query.get('prefix');
      request.authorize('s3:ListBucket', bucketArn(name), prefix === null ? {} : { 's3:prefix': prefix });
      const { store, policy } = bucketNamed(name);
      policy.refuseIfDenied('s3:ListBucket', bucketArn(name));
      if (request.method === 'HEAD')
        return { status: 200, headers: { 'x-amz-bucket-region': account.region } };
      return xml(listObjects(name, store.all(), request.query));
    }
    if (request.method === 'POST' && request.query.has('delete')) {
      refuseUnknownOptions(request, 'delete');
      const { store, policy, inTurn } = bucketNamed(name);
      const authorize = (action: string, resource: string): void => {
        request.authorize(action, resource);
        policy.refuseIfDenied(action, resource);
      };
      return xml(await inTurn(() => deleteObjects({ ...request, authorize }, bucketArn(name), store)));
    }
    throw new ServiceError(
      'NotImplemented',
      `The local cloud does not implement ${request.method} on a bucket.`,
      501,
    );
  };

  const onObject = async (request: ServiceRequest, name: string, key: string): Promise<ServiceResponse> => {
    refuseUnknownOptions(request, 'object');
    const action = objectActions[request.method];
    if (action === undefined)
      throw new ServiceError(
        'NotImplemented',
        `The local cloud does not implement ${request.method} on an object.`,
        501,
      );
    request.authorize(action, `${bucketArn(name)}/${key}`);
    const { store, policy, inTurn, rules, key: restingKey } = bucketNamed(name);
    policy.refuseIfDenied(action, `${bucketArn(name)}/${key}`);
    return inTurn(async () => {
      if (request.method === 'PUT') {
        restingKey.refuseOther(request.headers);
        restingKey.require('kms:GenerateDataKey', request);
        const object = await putObject(request, key, store);
        return { status: 200, headers: { ...writtenHeaders(object), ...about(object, restingKey, rules) } };
      }
      if (request.method === 'DELETE') {
        await store.remove(key);
        return { status: 204 };
      }
      const object = store.find(key);
      if (object !== undefined) {
        if (request.method === 'GET') restingKey.require('kms:Decrypt', request);
        return answerObject(request, object, store, about(object, restingKey, rules));
      }
      // As in AWS, only who may list learns that an object is missing; anyone else is simply refused.
      request.authorize('s3:ListBucket', bucketArn(name));
      throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
    });
  };

  const sweepExpired = async (): Promise<number> => {
    let deleted = 0;
    for (const { store, rules, inTurn } of buckets.values())
      await inTurn(async () => {
        for (const object of store.all()) {
          const { atMs = Number.POSITIVE_INFINITY } = expiryOf(object, rules) ?? {};
          if (atMs > context.now()) continue;
          await store.remove(object.key);
          deleted += 1;
        }
      });
    return deleted;
  };

  return {
    service: {
      signingNames: ['s3'],
      protocol: 'rest-xml',
      operations: [...Object.values(bucketOperations), ...Object.values(objectOperations)],
      operationOf,
      handle(sent) {
        const request = withHeadersOfUrl(sent);
        const [bucket, key] = addressOf(request.path);
        if (bucket === '')
          throw new ServiceError(
            'NotImplemented',
            'The local cloud does not list buckets; the template names them.',
            501,
          );
        return key === '' ? onBucket(request, bucket) : onObject(request, bucket, key);
      },
    },
    providers: [
      provide('AWS::S3::Bucket', BucketProperties, async ({ stackName, logicalId, properties }) => {
        const name = properties.BucketName ?? physicalBucketName(stackName, logicalId);
        const store = makeObjectStore(path.join(context.stateDir, name), context.now);
        await store.start();
        buckets.set(name, {
          store,
          rules: properties.LifecycleConfiguration?.Rules ?? [],
          key: makeRestingKey(properties.BucketEncryption),
          policy: noBucketPolicy,
          inTurn: oneAtATime(),
        });
        return {
          ref: name,
          attributes: {
            Arn: bucketArn(name),
            DomainName: `${name}.s3.amazonaws.com`,
            RegionalDomainName: `${name}.s3.${account.region}.amazonaws.com`,
            DualStackDomainName: `${name}.s3.dualstack.${account.region}.amazonaws.com`,
          },
        };
      }),
      provide('AWS::S3::BucketPolicy', BucketPolicyProperties, ({ properties }) => {
        bucketNamed(properties.Bucket).policy = parseBucketPolicy(properties.PolicyDocument);
        return { ref: properties.Bucket, attributes: {} };
      }),
      provide(
        'Custom::CDKBucketDeployment',
        BucketDeploymentProperties,
        async ({ logicalId, properties }) => {
          const { store, inTurn } = bucketNamed(properties.DestinationBucketName);
          await inTurn(() => deployToBucket(properties, { store, directoryOf: context.assets.directoryOf }));
          return {
            ref: logicalId,
            attributes: { DestinationBucketArn: bucketArn(properties.DestinationBucketName) },
          };
        },
      ),
    ],
    async readObject(name, key, reader) {
      const bucket = buckets.get(name);
      if (bucket?.policy.allowsService(reader, 's3:GetObject', `${bucketArn(name)}/${key}`) !== true)
        return undefined;
      if (!bucket.key.opensToServices) {
        context.log.warn('s3.key_not_open_to_services', { bucket: name, service: reader.principal });
        return undefined;
      }
      return bucket.inTurn(async () => {
        const object = bucket.store.find(key);
        if (object === undefined) return undefined;
        return {
          body: await bucket.store.read(key),
          etag: object.etag,
          headers: object.headers,
        };
      });
    },
    async start() {
      sweeping = setInterval(() => {
        sweepExpired().catch((error: unknown) =>
          context.log.warn('s3_sweep_failed', { reason: error instanceof Error ? error.message : 'unknown' }),
        );
      }, sweepEveryMs);
      sweeping.unref();
    },
    async stop() {
      clearInterval(sweeping);
    },
    sweepExpired,
  };
};

/** What each answer about an object says of how it rests and when it goes. */
const about = (object: StoredObject, key: RestingKey, rules: readonly LifecycleRule[]) => ({
  ...key.headers,
  ...expirationHeader(object, rules),
});

const objectActions: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

const operationOf = ({ method, path: at }: Pick<ServiceRequest, 'method' | 'path'>): string => {
  const onBucket = !/^\/[^/]*\/./.test(at);
  return (onBucket ? bucketOperations : objectOperations)[method] ?? '';
};

const bucketOperations: Readonly<Record<string, string>> = {
  GET: 'ListObjectsV2',
  HEAD: 'HeadBucket',
  POST: 'DeleteObjects',
};

const objectOperations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

const bucketArn = (name: string): string => `arn:${account.partition}:s3:::${name}`;

/** Bucket and key of a path-style address, `/bucket/key/with/slashes`. */
const addressOf = (requestPath: string): [bucket: string, key: string] => {
  try {
    const [bucket = '', ...key] = requestPath.slice(1).split('/');
    return [decodeURIComponent(bucket), decodeURIComponent(key.join('/'))];
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
};

const xml = (body: string): ServiceResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body,
});
