import type { Service } from '../../gateway/service.ts';
import { makeRestService } from '../http/rest-service.ts';
import type { Message } from '../message.ts';
import type { Shadows } from '../shadow/shadows.ts';
import { makePublishOperation } from './publish.ts';
import { makeShadowOperations } from './shadow-operations.ts';

/** IoT Core's HTTPS data plane. `publish` resolves once the broker has taken the message. */
export const makeDataPlane = (needs: {
  readonly publish: (message: Message) => Promise<void>;
  readonly shadows: Shadows;
  readonly now: () => number;
}): Service =>
  makeRestService({
    title: 'IoT data plane',
    signingNames: ['iotdata', 'iotdevicegateway'],
    operations: [makePublishOperation(needs), ...makeShadowOperations(needs)],
  });
