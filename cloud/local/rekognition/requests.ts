import { z } from 'zod';
import { ServiceError } from '../gateway/service.ts';
import { qualityFilters } from './quality-filter.ts';

/** Patterns and limits: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Operations.html */
export const collectionIdSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9_.-]+$/);
const externalImageId = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9_.\-:]+$/);
const faceId = z.string().regex(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
const image = z.strictObject({ Bytes: z.base64().min(1) });
const maxResults = z.number().int().min(1).max(4096);
const maxFaces = z.number().int().min(1);
/** Age, gender and emotion are never computed, so ALL and the single attributes are refused. */
const attributes = z.array(z.literal('DEFAULT'));

export const requestSchemas = {
  CreateCollection: z.strictObject({ CollectionId: collectionIdSchema }),
  DeleteCollection: z.strictObject({ CollectionId: collectionIdSchema }),
  DescribeCollection: z.strictObject({ CollectionId: collectionIdSchema }),
  ListCollections: z.strictObject({ MaxResults: maxResults.default(100), NextToken: z.string().optional() }),
  DetectFaces: z.strictObject({ Image: image, Attributes: attributes.optional() }),
  IndexFaces: z.strictObject({
    CollectionId: collectionIdSchema,
    Image: image,
    ExternalImageId: externalImageId.optional(),
    DetectionAttributes: attributes.optional(),
    MaxFaces: maxFaces.optional(),
    QualityFilter: z.enum(qualityFilters).default('AUTO'),
  }),
  SearchFacesByImage: z.strictObject({
    CollectionId: collectionIdSchema,
    Image: image,
    MaxFaces: maxFaces.max(4096).default(80),
    FaceMatchThreshold: z.number().min(0).max(100).default(80),
    QualityFilter: z.enum(qualityFilters).default('NONE'),
  }),
  ListFaces: z.strictObject({
    CollectionId: collectionIdSchema,
    MaxResults: maxResults.default(1000),
    NextToken: z.string().optional(),
    FaceIds: z.array(faceId).min(1).max(4096).optional(),
  }),
  DeleteFaces: z.strictObject({
    CollectionId: collectionIdSchema,
    FaceIds: z.array(faceId).min(1).max(4096),
  }),
};

export type Operation = keyof typeof requestSchemas;
export type RequestOf<O extends Operation> = z.output<(typeof requestSchemas)[O]>;

/** Reads a request's body; a ValidationException names every parameter that is wrong or unknown here. */
export const parseRequest = <O extends Operation>(operation: O, body: Buffer): RequestOf<O> => {
  const parsed = requestSchemas[operation].safeParse(readJson(body));
  if (parsed.success) return parsed.data as RequestOf<O>;
  const problems = parsed.error.issues.map(
    (issue) => `'${issue.path.join('.') || 'request'}': ${problem(issue)}`,
  );
  throw new ServiceError(
    'ValidationException',
    `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected in ${operation}: ${problems.join('; ')}`,
  );
};

const problem = (issue: z.core.$ZodIssue): string => {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const hint = issue.keys.includes('S3Object') ? ' (send the picture itself as Image.Bytes)' : '';
  return `the local Rekognition does not know ${issue.keys.join(', ')}${hint}`;
};

const readJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.');
  }
};
