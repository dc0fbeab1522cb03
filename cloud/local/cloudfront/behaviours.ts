import type { Behaviour, DistributionConfig } from './schemas.ts';

/** The first behaviour whose path pattern matches, in the template's order, else the default one. */
export const chooseBehaviour = (config: DistributionConfig, path: string): Behaviour =>
  config.CacheBehaviors.find(({ PathPattern }) => patternMatches(PathPattern, path)) ??
  config.DefaultCacheBehavior;

/**
 * Whether a path matches a pattern: `*` is any text, slashes too, `?` one character; case counts; the leading slash may be left out.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
const patternMatches = (pattern: string, path: string): boolean => {
  const anchored = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const expression = anchored
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(path);
};
