import { randomBytes } from 'node:crypto';
import type { LocalLog } from '../account.ts';
import type { WebRequest, WebResponse } from '../loopback-server.ts';
import type { PublicHosts } from '../public-hosts.ts';
import { chooseBehaviour } from './behaviours.ts';
import { compress } from './compression.ts';
import { applyResponseHeaders } from './response-headers.ts';
import { bucketOf, fetchFromBucket, type ReadObject } from './s3-origin.ts';
import type { Behaviour, DistributionConfig, ResponseHeadersPolicy } from './schemas.ts';
import type { ViewerFunction } from './viewer-function.ts';
import { fetchFromWebOrigin } from './web-origin.ts';

export type EdgeContext = {
  readonly log: LocalLog;
  readonly hosts: PublicHosts;
  readonly readObject: ReadObject;
  /** By ARN. */
  readonly functions: ReadonlyMap<string, ViewerFunction>;
  /** By id. */
  readonly headersPolicies: ReadonlyMap<string, ResponseHeadersPolicy>;
};

export type EdgeDistribution = {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly config: DistributionConfig;
};

/** CloudFront's limit of a URL. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const maxUrlBytes = 8_192;

/** Answers one viewer: behaviour, function, origin, headers, in CloudFront's order. */
export const answerViewer = async (
  context: EdgeContext,
  distribution: EdgeDistribution,
  request: WebRequest,
): Promise<WebResponse> => {
  const requestId = randomBytes(40).toString('base64url');
  const behaviour = chooseBehaviour(distribution.config, request.path);
  const answer = await answerBehaviour(context, distribution, behaviour, request, requestId);
  const policy = context.headersPolicies.get(behaviour.ResponseHeadersPolicyId ?? '');
  const headers = {
    ...answer.headers,
    via: `1.1 ${distribution.domainName} (CloudFront)`,
    'x-amz-cf-id': requestId,
    'x-cache': answer.status < 400 ? 'Miss from cloudfront' : 'Error from cloudfront',
  };
  return {
    ...answer,
    headers: applyResponseHeaders(policy, headers, (text) => toBrowser(context.hosts, text)),
  };
};

const answerBehaviour = async (
  context: EdgeContext,
  distribution: EdgeDistribution,
  behaviour: Behaviour,
  request: WebRequest,
  requestId: string,
): Promise<WebResponse> => {
  if (request.path.length + request.rawQuery.length > maxUrlBytes)
    return errorPage(414, 'The URL is too long.');
  if (!behaviour.AllowedMethods.includes(request.method)) {
    return errorPage(
      403,
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
    );
  }
  const rooted =
    request.path === '/' && distribution.config.DefaultRootObject !== ''
      ? { ...request, path: `/${distribution.config.DefaultRootObject}` }
      : request;
  const viewed = runFunction(context, distribution, behaviour, rooted, requestId);
  if ('status' in viewed) return viewed;
  const response = await fetchFromOrigin(context, distribution, behaviour, viewed, requestId);
  const answer = behaviour.Compress ? await compress(viewed, response) : response;
  return isUnchanged(request, answer) ? { status: 304, headers: answer.headers ?? {} } : answer;
};

const runFunction = (
  context: EdgeContext,
  distribution: EdgeDistribution,
  behaviour: Behaviour,
  request: WebRequest,
  requestId: string,
): WebRequest | WebResponse => {
  const [association] = behaviour.FunctionAssociations;
  if (association === undefined) return request;
  const run = context.functions.get(association.FunctionARN);
  try {
    if (run === undefined) throw new Error(`${association.FunctionARN} does not exist`);
    return run(request, distribution, requestId);
  } catch (error) {
    context.log.warn('cloudfront.function-failed', { error: String(error) });
    return errorPage(503, 'The CloudFront function associated with this distribution failed.');
  }
};

const fetchFromOrigin = async (
  context: EdgeContext,
  distribution: EdgeDistribution,
  behaviour: Behaviour,
  request: WebRequest,
  requestId: string,
): Promise<WebResponse> => {
  const origin = distribution.config.Origins.find(({ Id }) => Id === behaviour.TargetOriginId);
  if (origin === undefined) return errorPage(502, 'The behaviour names an origin that does not exist.');
  const bucket = origin.S3OriginConfig === undefined ? undefined : bucketOf(origin.DomainName);
  if (bucket !== undefined) {
    const s3 = {
      readObject: context.readObject,
      distributionArn: distribution.arn,
      toBrowser: (text: string) => toBrowser(context.hosts, text),
    };
    return await fetchFromBucket(s3, bucket, { ...request, path: origin.OriginPath + request.path });
  }
  const loopback = context.hosts.toLoopback(`https://${origin.DomainName}`);
  if (loopback.startsWith('https:')) {
    // Never the real internet: an origin that nobody on this machine answers for is a broken stack.
    context.log.warn('cloudfront.origin-unknown', { origin: origin.DomainName });
    return errorPage(502, `The origin ${origin.DomainName} is not part of the local cloud.`);
  }
  try {
    const forwardViewer = behaviour.OriginRequestPolicyId !== undefined;
    const { domainName: distributionDomain } = distribution;
    return await fetchFromWebOrigin({
      origin,
      loopback,
      request,
      forwardViewer,
      distributionDomain,
      requestId,
    });
  } catch (error) {
    context.log.warn('cloudfront.origin-failed', { origin: origin.DomainName, error: String(error) });
    return errorPage(502, "CloudFront wasn't able to connect to the origin.");
  }
};

/** Whether the viewer holds this very version already (If-None-Match, weakly compared). */
const isUnchanged = (request: WebRequest, answer: WebResponse): boolean => {
  const etag = answer.headers?.etag;
  const held = request.headers['if-none-match'];
  if (answer.status !== 200 || typeof etag !== 'string' || held === undefined) return false;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return held.split(',').some((tag) => bare(tag) === bare(etag));
};

/** Replaces every `https://<public host>` that somebody registered by the loopback origin that answers for it. */
const toBrowser = (hosts: PublicHosts, text: string): string =>
  text.replace(/https:\/\/[a-z0-9][a-z0-9.-]*[a-z0-9]/gi, (origin) => hosts.toLoopback(origin));

const errorPage = (status: number, reason: string): WebResponse => ({
  status,
  headers: { 'content-type': 'text/html', server: 'CloudFront' },
  body: `<!doctype html><html lang="en"><title>ERROR: The request could not be satisfied</title><h1>${status} ERROR</h1><h2>The request could not be satisfied.</h2><p>${reason}</p></html>`,
});
