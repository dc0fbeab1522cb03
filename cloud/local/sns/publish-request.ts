import { ServiceError } from '../gateway/service.ts';

type Publish = {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
};

/** Source: SNS quotas and the Publish action's parameters. */
const maxMessageBytes = 262_144;
const maxSubjectCharacters = 100;

/** Understood; what else there is (phone numbers, other structures, attributes that only filters read) is refused by its name. */
const known: ReadonlySet<string> = new Set(['Action', 'Version', 'TopicArn', 'Subject', 'Message']);

/** Reads a Publish call of the query protocol; throws a ServiceError in SNS's words. */
export const parsePublish = (parameters: URLSearchParams): Publish => {
  for (const name of parameters.keys())
    if (!known.has(name)) throw invalid(`The local cloud does not know the parameter ${name} of Publish`);
  const topicArn = parameters.get('TopicArn');
  const message = parameters.get('Message') ?? '';
  const subject = parameters.get('Subject') ?? undefined;
  if (topicArn === null) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > maxMessageBytes) throw invalid('Message too long');
  if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
  return { topicArn, subject, message };
};

/** ASCII without line breaks that begins with a letter, digit or punctuation mark. */
const isSubject = (subject: string): boolean =>
  subject.length <= maxSubjectCharacters && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);

const invalid = (what: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
