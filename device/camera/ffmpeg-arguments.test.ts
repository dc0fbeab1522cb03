import { describe, expect, it } from 'vitest';
import { FfmpegConfig } from './config.ts';
import { jpegArguments, liveArguments, sendsLargeJpegs } from './ffmpeg-arguments.ts';

const configOf = (changes: object) => FfmpegConfig.parse({ kind: 'ffmpeg', ...changes });
/** The arguments from the first on that names the input, up to the input. */
const inputPart = (args: readonly string[]): string =>
  args.slice(args.indexOf('1', 6) + 1, args.indexOf('-i') + 2).join(' ');

describe('FFmpeg is asked', () => {
  it('to open a USB camera with the size, rate and format of the settings, and to decode its JPEGs in half their size', () => {
    const usb = configOf({ input: '/dev/video0', width: 1920, height: 1080, fps: 15 });
    expect(sendsLargeJpegs(usb)).toBe(true);
    expect(inputPart(jpegArguments(usb))).toBe(
      '-lowres 1 -f v4l2 -input_format mjpeg -video_size 1920x1080 -framerate 15 -i /dev/video0',
    );
  });

  it.each([
    [{ input: '/dev/video0', width: 640, height: 480 }, false],
    [{ input: '/dev/video0', inputFormat: 'yuyv422' }, false],
    [{ input: 'rtsp://10.0.0.7/main' }, false],
    [{ input: 'http://10.0.0.7/stream', mjpeg: true }, true],
    [{ input: '/dev/video0', mjpeg: false }, false],
  ])('for two streams where JPEGs are large enough to halve: %j %s', (changes, two) => {
    expect(sendsLargeJpegs(configOf(changes))).toBe(two);
  });

  it('to give up a network camera that has been silent for 20 seconds, in case the agent was killed meanwhile', () => {
    expect(inputPart(liveArguments(configOf({ input: 'http://10.0.0.7/stream' })))).toBe(
      '-skip_loop_filter all -analyzeduration 1000000 -rw_timeout 20000000 -i http://10.0.0.7/stream',
    );
  });

  it('to take a network camera’s stream over TCP, with the arguments of the settings', () => {
    const rtsp = configOf({ input: 'rtsp://door:pw@10.0.0.7/main', args: ['-user_agent', 'door'] });
    expect(inputPart(liveArguments(rtsp))).toBe(
      '-skip_loop_filter all -analyzeduration 1000000 -timeout 20000000 -rtsp_transport tcp -allowed_media_types video -user_agent door -i rtsp://door:pw@10.0.0.7/main',
    );
  });
});
