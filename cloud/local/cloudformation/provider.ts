import type { z } from 'zod';

/** A resource of the template with every intrinsic function resolved. */
export type Declared<P> = {
  readonly logicalId: string;
  readonly type: string;
  readonly stackName: string;
  readonly properties: P;
};

/** What CloudFormation knows of a resource once it exists: the value of `Ref`, and those of `Fn::GetAtt`. */
export type Created = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

/**
 * Stands up one resource type on loopback.
 * `properties` is a strict schema: a property that it does not name is an error that names property and resource,
 * never a silent skip.
 */
export interface ResourceProvider {
  readonly type: string;
  readonly properties: z.ZodType;
  create(declared: Declared<unknown>): Created | Promise<Created>;
}

/** Ties a schema and its `create` together, so that `create` sees parsed properties. */
export const provide = <S extends z.ZodType>(
  type: string,
  properties: S,
  create: (declared: Declared<z.output<S>>) => Created | Promise<Created>,
): ResourceProvider => ({
  type,
  properties,
  create: (declared) => create({ ...declared, properties: declared.properties as z.output<S> }),
});
