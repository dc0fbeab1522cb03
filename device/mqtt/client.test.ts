import { expect, it } from 'vitest';
import { crtErrorCode } from './client.ts';

it.each([
  [{ error_name: 'AWS_IO_SOCKET_CLOSED' }, 'AWS_IO_SOCKET_CLOSED'],
  ['libaws-c-mqtt: AWS_ERROR_MQTT5_PACKET_VALIDATION, Invalid packet.', 'AWS_ERROR_MQTT5_PACKET_VALIDATION'],
  [new Error('AWS_ERROR_MQTT5_USER_REQUESTED_STOP'), 'AWS_ERROR_MQTT5_USER_REQUESTED_STOP'],
  [new Error('something with a name in it'), 'unknown_error'],
  [undefined, 'unknown_error'],
])('makes a short code of %s', (error, code) => {
  expect(crtErrorCode(error)).toBe(code);
});
