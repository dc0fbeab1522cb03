import type { FaultRequest } from '../faults/fault-rule.ts';

/** A fault that one button adds; `forSeconds` becomes its `until`. */
type Preset = { readonly label: string; readonly rule: FaultRequest; readonly forSeconds?: number };

/** What a developer most often wants to see survived. */
export const presets: readonly Preset[] = [
  {
    label: '5 searches a second',
    rule: { service: 'rekognition', operation: 'SearchFacesByImage', kind: 'throttle', perSecond: 5 },
  },
  {
    label: 'Rekognition out, 1 min',
    rule: { service: 'rekognition', kind: 'fail', status: 503 },
    forSeconds: 60,
  },
  {
    label: 'Slow searches, 2 s',
    rule: { service: 'rekognition', operation: 'SearchFacesByImage', kind: 'delay', ms: 2000 },
  },
  {
    label: 'DynamoDB throttles 1 in 2',
    rule: { service: 'dynamodb', kind: 'throttle', probability: 0.5 },
  },
  {
    label: 'DynamoDB loses 1 answer in 5',
    rule: { service: 'dynamodb', kind: 'lose_answer', probability: 0.2 },
  },
  { label: 'Events twice', rule: { service: 'lambda-events', kind: 'duplicate' } },
  {
    label: 'Events out of order, 5 s',
    rule: { service: 'lambda-events', kind: 'reorder', withinMs: 5000 },
  },
  { label: 'MQTT broker out, 30 s', rule: { service: 'iot', kind: 'outage' }, forSeconds: 30 },
];
