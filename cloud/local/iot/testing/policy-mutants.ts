import { z } from 'zod';

const Document = z.looseObject({
  Statement: z.array(
    z.looseObject({
      Action: z.string(),
      Resource: z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat()),
    }),
  ),
});

/** A policy with one wildcard too many, and where it is. */
export type PolicyMutant = { readonly name: string; readonly document: unknown };

const broader: Readonly<Record<string, (resource: string) => string>> = {
  'any thing': (resource) => resource.replace(/\$\{iot:Connection\.Thing\.ThingName\}/, '*'),
  'anything that begins so': (resource) => `${resource}*`,
  'any last part': (resource) => resource.replace(/\/[^/]*$/, '/*'),
};

/** Every policy that differs from `document` by a wildcard at one place. */
export const mutantsOf = (document: unknown): readonly PolicyMutant[] => {
  const { Statement, ...rest } = Document.parse(document);
  return Statement.flatMap((statement, s) =>
    statement.Resource.flatMap((resource, r) =>
      Object.entries(broader).flatMap(([name, broaden]) => {
        const changed = broaden(resource);
        // `a/*` and `a/**` are the same.
        if (changed.replace(/\*+$/, '*') === resource) return [];
        const Resource = statement.Resource.with(r, changed);
        return [
          {
            name: `${statement.Action} on ${resource.split(':').slice(5).join(':')}: ${name}`,
            document: { ...rest, Statement: Statement.with(s, { ...statement, Resource }) },
          },
        ];
      }),
    ),
  );
};
