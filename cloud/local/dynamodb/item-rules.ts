import { ServiceError } from '../gateway/service.ts';
import type { Json } from './engine.ts';

/** A key attribute of an index. */
export type IndexKey = {
  readonly indexName: string;
  readonly attribute: string;
  readonly keyType: 'HASH' | 'RANGE';
};

/** Bytes of a key's value, and how AWS words it. Source: "Quotas in Amazon DynamoDB", partition keys and sort keys, which hold for indexes too. */
const keyLimits = {
  HASH: { maxBytes: 2048, message: 'Size of hashkey has exceeded the maximum size limit of2048 bytes' },
  RANGE: {
    maxBytes: 1024,
    message: 'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
  },
};

/** Source: "Service, account, and table quotas in Amazon DynamoDB", nested attribute depth. */
const maxDepth = 32;

/** Refuses what AWS refuses in an item and dynalite does not: an empty or too long key of an index, and attributes nested too deep. */
export const checkItem = (item: Json, indexKeys: readonly IndexKey[]): void => {
  for (const { indexName, attribute, keyType } of indexKeys) {
    const [value] = Object.values((item[attribute] ?? {}) as object);
    if (value === '')
      throw new ServiceError(
        'ValidationException',
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute ' +
          `cannot contain an empty string value. IndexName: ${indexName}, IndexKey: ${attribute}`,
      );
    const { maxBytes, message } = keyLimits[keyType];
    if (typeof value === 'string' && Buffer.byteLength(value) > maxBytes)
      throw new ServiceError(
        'ValidationException',
        `One or more parameter values were invalid: ${message} IndexName: ${indexName}, IndexKey: ${attribute}`,
      );
  }
  if (Object.values(item).some((value) => depthOf(value) > maxDepth))
    throw new ServiceError(
      'ValidationException',
      `Nesting Levels have exceeded supported limits: Attributes can only be nested up to ${maxDepth} levels`,
    );
};

/** How many lists and maps lie in each other; 0 for a plain value. */
const depthOf = (attribute: unknown): number => {
  const { L, M } = (attribute ?? {}) as { readonly L?: readonly unknown[]; readonly M?: Json };
  const inner = L ?? (M === undefined ? undefined : Object.values(M));
  return inner === undefined ? 0 : 1 + Math.max(0, ...inner.map(depthOf));
};
