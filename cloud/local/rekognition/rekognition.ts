import path from 'node:path';
import { z } from 'zod';
import type { TensorflowRuntime } from '../../../device/vision/tensorflow.ts';
import type { ServiceContext } from '../account.ts';
import { provide, type ResourceProvider } from '../cloudformation/provider.ts';
import { type Service, ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { makeAnalysis, startAnalysisThread } from './analysis.ts';
import { type Collections, openCollections } from './collections.ts';
import { collectionArn, makeOperations } from './operations.ts';
import { collectionIdSchema, type Operation, parseRequest, requestSchemas } from './requests.ts';

/** Rekognition's face collections with real matching on this machine. */
export interface Rekognition {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Reads the collections and begins to load the networks, without waiting for them. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when faces can be analysed at once; rejects when the networks cannot be loaded. */
  ready(): Promise<void>;
  /** SearchFacesByImage calls that were allowed, since the start. AWS bills DetectFaces and IndexFaces as well. */
  searches(): number;
}

/**
 * Vectors lie in the service's folder and survive a restart; pictures are not kept.
 * A picture is looked at in a worker thread, one after the other. `runtime` is TensorFlow's engine.
 */
export const makeRekognition = (
  { stateDir, now, log }: ServiceContext,
  { runtime = 'wasm' }: { readonly runtime?: TensorflowRuntime } = {},
): Rekognition => {
  const analysis = makeAnalysis(() => startAnalysisThread(runtime), log);
  let opened: Collections | undefined;
  let searches = 0;

  const openOnce = (): Collections => {
    opened ??= openCollections(path.join(stateDir, 'collections'));
    return opened;
  };

  const handle = async (request: ServiceRequest): Promise<object> => {
    const { operation } = request;
    if (!isKnown(operation)) {
      const message = `The local Rekognition has no operation ${operation || '(none)'}. It has: ${known.join(', ')}.`;
      throw new ServiceError('UnknownOperationException', message);
    }
    const input = parseRequest(operation, request.body);
    const resource = 'CollectionId' in input ? collectionArn(input.CollectionId) : '*';
    request.authorize(`rekognition:${operation}`, resource);
    if (operation === 'SearchFacesByImage') searches++;
    const operations = makeOperations({ collections: openOnce(), analyse: analysis.analyse, now });
    // Schema and operation are looked up under the same name, which TypeScript cannot follow through a union.
    return operations[operation](input as never);
  };

  return {
    service: {
      signingNames: ['rekognition'],
      protocol: 'json',
      target: 'RekognitionService',
      operations: known,
      handle: async (request) => ({
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(await handle(request)),
      }),
    },
    providers: [
      provide('AWS::Rekognition::Collection', collectionProperties, ({ properties }) => {
        const { CollectionId } = properties;
        const collections = openOnce();
        // It outlives the process that deployed it: a later start finds it with its faces.
        if (!collections.find(CollectionId)) {
          collections.put({ collectionId: CollectionId, createdAt: now(), faces: [] });
        }
        return { ref: CollectionId, attributes: { Arn: collectionArn(CollectionId) } };
      }),
    ],
    start: async () => {
      openOnce();
      // Whoever waits for ready() or sends a picture is told when this fails.
      analysis.ready().catch(() => undefined);
    },
    ready: analysis.ready,
    searches: () => searches,
    stop: async () => {
      opened = undefined;
      await analysis.close();
    },
  };
};

const collectionProperties = z.strictObject({
  CollectionId: collectionIdSchema,
  // inert: tags only steer billing and access rules that the product does not use
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

const known = Object.keys(requestSchemas);

const isKnown = (operation: string): operation is Operation => known.includes(operation);
