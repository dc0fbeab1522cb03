import { describe, expect, it } from 'vitest';
import type { CameraTrouble } from './camera-error.ts';
import { type CameraSubject, explainEnd, withoutSecrets } from './explain-camera.ts';

const device: CameraSubject = { kind: 'device', name: '/dev/video0' };
const file: CameraSubject = { kind: 'file', name: '/films/door.mp4' };
const module: CameraSubject = { kind: 'module', name: 'the camera module' };
const address: CameraSubject = { kind: 'address', name: 'rtsp://10.0.0.7/…' };
const failed = { exitCode: 1, killedBy: null };

/** Lines as FFmpeg 5.1 and rpicam-vid wrote them. */
const cases: readonly [CameraTrouble, CameraSubject, string, RegExp][] = [
  [
    'no_device',
    device,
    '[video4linux2,v4l2 @ 0x5] Cannot open video device /dev/video0: No such file or directory',
    /plug the camera in/,
  ],
  [
    'no_permission',
    device,
    '[video4linux2,v4l2 @ 0x5] Cannot open video device /dev/video0: Permission denied',
    /usermod -aG video/,
  ],
  [
    'busy',
    device,
    '[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_STREAMON): Device or resource busy',
    /another program/,
  ],
  [
    'unsupported',
    device,
    "[video4linux2,v4l2 @ 0x5] Cannot find a proper format for codec 'mjpeg' (id 7), pixel format 'none' (id -1)",
    /inputFormat/,
  ],
  ['unsupported', device, '[video4linux2,v4l2 @ 0x5] Not a video capture device.', /settings/],
  ['no_file', file, '/films/door.mp4: No such file or directory', /check the path/],
  ['no_file', file, 'file:/films: Is a directory', /check the path/],
  ['no_permission', file, 'file:/films/door.mp4: Permission denied', /owner and permissions/],
  ['not_a_video', file, 'file:/films/door.mp4: Invalid data found when processing input', /no video/],
  ['not_a_video', file, "Stream map '0:V:0' matches no streams.", /no video/],
  [
    'refused',
    address,
    'rtsp://door:hunter2@10.0.0.7/main: Server returned 401 Unauthorized (authorization failed)',
    /user or the password/,
  ],
  ['refused', address, '[rtsp @ 0x5] method DESCRIBE failed: 401 Unauthorized', /user or the password/],
  ['no_device', address, '[rtsp @ 0x5] method DESCRIBE failed: 404 Not Found', /no stream at this path/],
  [
    'unreachable',
    address,
    '[tcp @ 0x5] Connection to tcp://10.0.0.7:554?timeout=0 failed: Connection refused',
    /check the address/,
  ],
  [
    'unreachable',
    address,
    '[tcp @ 0x5] Failed to resolve hostname door-camera: Name or service not known',
    /check the address/,
  ],
  ['no_device', module, 'ERROR: *** no cameras available ***', /rpicam-hello --list-cameras/],
  [
    'busy',
    module,
    'ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a ***',
    /another program/,
  ],
  ['no_permission', module, 'Could not open any dma-buf provider: Permission denied', /usermod -aG video/],
];

describe('what a camera program says before it ends', () => {
  it.each(cases)('is told as %s with a remedy (%o: %s)', (trouble, subject, line, remedy) => {
    const error = explainEnd('ffmpeg', subject, ['earlier', line], failed, false);
    expect(error.trouble).toBe(trouble);
    expect(error.message).toContain(subject.name);
    expect(error.message).toMatch(remedy);
    expect(error.message).not.toContain('hunter2');
  });

  it('is repeated without secrets when it is not known', () => {
    const line = 'rtsp://door:hunter2@10.0.0.7:554/main?token=hunter3: Something odd';
    const error = explainEnd('ffmpeg', address, [line], { exitCode: 8, killedBy: null }, false);
    expect(error).toMatchObject({ trouble: 'died' });
    expect(error.message).toBe(
      'ffmpeg for rtsp://10.0.0.7/… ended with exit code 8; it last said: rtsp://10.0.0.7:554/… Something odd',
    );
  });

  it('does not make a video of a camera that has given pictures a file that is none', () => {
    const lines = ['Error while decoding stream #0:0: Invalid data found when processing input'];
    const end = { exitCode: 0, killedBy: null };
    expect(explainEnd('ffmpeg', address, lines, end, true).trouble).toBe('ended');
    expect(explainEnd('ffmpeg', address, lines, end, false).trouble).toBe('not_a_video');
  });

  it('names the signal that ended it', () => {
    const error = explainEnd('rpicam-vid', module, [], { exitCode: null, killedBy: 'SIGKILL' }, true);
    expect(error.message).toBe('rpicam-vid for the camera module was ended by SIGKILL');
  });
});

it.each([
  ['http://u:p@w@cam.local/video?key=secret', 'http://cam.local/…'],
  ['https://[fe80::1]:8443/stream', 'https://[fe80::1]:8443/…'],
  ['nothing to hide', 'nothing to hide'],
])('shows %s as %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});
