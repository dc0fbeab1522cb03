import type { Stage } from './names.ts';

/**
 * MQTT topics of Rollcall. AWS IoT Core limits a topic to 256 bytes and 7 slashes, the Basic Ingest prefix
 * `$aws/rules/<rule>/` not counted (AWS IoT Core quotas).
 */
const topicRoot = 'rollcall/v1';

/** Names of the IoT rules. Rule names allow letters, digits and underscore only. */
export const sightingsRule = (stage: Stage): string => `rollcall_${stage}_sightings`;
export const passagesRule = (stage: Stage): string => `rollcall_${stage}_passages`;

export const reportsRule = (stage: Stage): string => `rollcall_${stage}_reports`;

/** Fleet provisioning template; at most 36 characters. */
export const provisioningTemplate = (stage: Stage): string => `rollcall-${stage}`;

/** Topics as the rules see them. */
export const sightingsTopic = (thing: string): string => `${topicRoot}/${thing}/sightings`;
export const passagesTopic = (thing: string): string => `${topicRoot}/${thing}/passages`;
export const verdictsTopic = (thing: string): string => `${topicRoot}/${thing}/verdicts`;

/** The Basic Ingest form a door publishes to: straight to one rule, without the broker's messaging charge. */
export const basicIngest = (rule: string, topic: string): string => `$aws/rules/${rule}/${topic}`;

/** Name of the one MQTT 5 user property that carries a sighting's facts beside the JPEG. */
export const sightingProperty = 'sighting';
