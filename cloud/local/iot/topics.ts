import { maxTopicBytes, maxTopicSlashes } from './limits.ts';

const basicIngestPrefix = '$aws/rules/';

/** Where a Basic Ingest topic `$aws/rules/<rule>/<topic>` leads: to one rule, which sees the topic without the prefix. */
export type BasicIngestRoute = { readonly rule: string; readonly topic: string };

/** The route of a Basic Ingest topic, or undefined for any other topic. */
export const basicIngestRoute = (topic: string): BasicIngestRoute | undefined => {
  if (!topic.startsWith(basicIngestPrefix)) return undefined;
  const rest = topic.slice(basicIngestPrefix.length);
  const slash = rest.indexOf('/');
  return slash < 0 ? { rule: rest, topic: '' } : { rule: rest.slice(0, slash), topic: rest.slice(slash + 1) };
};

/** Why AWS IoT Core would refuse this topic or filter, or undefined. The Basic Ingest prefix does not count. */
export const topicProblem = (topic: string): string | undefined => {
  const counted = basicIngestRoute(topic)?.topic ?? topic;
  if (counted === '') return 'the topic is empty';
  if (Buffer.byteLength(counted) > maxTopicBytes) return `the topic is longer than ${maxTopicBytes} bytes`;
  if (counted.split('/').length - 1 > maxTopicSlashes)
    return `the topic has more than ${maxTopicSlashes} slashes`;
  return undefined;
};

/**
 * Whether an MQTT topic filter covers a topic: `+` stands for one level, `#` for all that follow.
 * A filter that begins with a wildcard does not cover topics that begin with `$` (MQTT 5, section 4.7.2).
 */
export const filterMatches = (filter: string, topic: string): boolean => {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (levels[index] === undefined || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
};
