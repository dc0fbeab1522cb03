/** A route key taken apart; `segments` is undefined for `$default`. */
export type RoutePattern = {
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[] | undefined;
};

/** Reads `GET /people/{id}`, `ANY /{proxy+}` or `$default`. */
export const createRoutePattern = (routeKey: string): RoutePattern => {
  const [method = '', path] = routeKey.split(' ');
  return { routeKey, method, segments: path === undefined ? undefined : path.split('/').slice(1) };
};

export type RouteMatch<R> = { readonly route: R; readonly pathParameters: Readonly<Record<string, string>> };

/**
 * The route that API Gateway would choose: a full match before a greedy one, the longer fixed part first, the exact
 * method before `ANY`, `$default` last. `path` is decoded.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const matchRoute = <R extends { readonly pattern: RoutePattern }>(
  routes: readonly R[],
  method: string,
  path: string,
): RouteMatch<R> | undefined => {
  const parts = path.split('/').slice(1);
  return routes
    .flatMap((route) => {
      const pathParameters = parametersOf(route.pattern, method, parts);
      return pathParameters === undefined ? [] : [{ route, pathParameters }];
    })
    .sort((a, b) => bySpecificity(a.route.pattern, b.route.pattern))[0];
};

const isVariable = (segment: string): boolean => segment.startsWith('{');
const isGreedy = (segment: string): boolean => segment.endsWith('+}');
const nameOf = (segment: string): string => segment.replace(/^\{|\+?\}$/g, '');

const parametersOf = (
  { method, segments }: RoutePattern,
  asked: string,
  parts: readonly string[],
): Record<string, string> | undefined => {
  if (segments === undefined) return {};
  if (method !== 'ANY' && method !== asked) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (isGreedy(segment)) {
      const rest = parts.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [nameOf(segment)]: rest };
    }
    if (part === undefined) return undefined;
    if (isVariable(segment)) {
      if (part === '') return undefined;
      parameters[nameOf(segment)] = part;
    } else if (segment !== part) return undefined;
  }
  return parts.length === segments.length ? parameters : undefined;
};

/** Smaller sorts first: per segment fixed 0, variable 1, greedy 2; then the method. */
const bySpecificity = (a: RoutePattern, b: RoutePattern): number => {
  if (a.segments === undefined || b.segments === undefined) {
    return Number(a.segments === undefined) - Number(b.segments === undefined);
  }
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
};

const rank = (segment: string | undefined): number => {
  if (segment === undefined || !isVariable(segment)) return 0;
  return isGreedy(segment) ? 2 : 1;
};
