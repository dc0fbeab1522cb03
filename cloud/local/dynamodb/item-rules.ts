import { ServiceError } from '../gateway/service.ts';
import type { Json } from './engine.ts';

/** A key attribute of an index. */
export type IndexKey = { readonly indexName: string; readonly attribute: string };

/** Source: "Service, account, and table quotas in Amazon DynamoDB", nested attribute depth. */
const maxDepth = 32;

/** Refuses what AWS refuses in an item and dynalite does not: an empty key of an index, and attributes nested too deep. */
export const checkItem = (item: Json, indexKeys: readonly IndexKey[]): void => {
  for (const { indexName, attribute } of indexKeys) {
    const [empty] = Object.values((item[attribute] ?? {}) as object).filter((value) => value === '');
    if (empty === undefined) continue;
    throw new ServiceError(
      'ValidationException',
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute ' +
        `cannot contain an empty string value. IndexName: ${indexName}, IndexKey: ${attribute}`,
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
