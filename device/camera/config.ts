import { z } from 'zod';
import { ReplayConfig } from './replay/config.ts';

const args = z.array(z.string()).default([]);
const fps = z.number().min(1).max(30).default(10).describe('frames per second to look at');
const maxWidth = z
  .int()
  .min(160)
  .max(3840)
  .default(1280)
  .describe('wider pictures are made this wide, in pixels');

/** A video file, played once. */
export const FileConfig = z.strictObject({
  kind: z.literal('file').describe('a video file, played once'),
  path: z.string().min(1).describe('the video file; whatever FFmpeg reads'),
  fps: z
    .number()
    .min(1)
    .max(30)
    .optional()
    .describe('frames per second to look at; as many as the file has when left out'),
  maxWidth,
  realtime: z
    .boolean()
    .default(true)
    .describe('`true`: a frame when its time has come, as a camera does; `false`: as fast as they are read'),
});
export type FileConfig = z.infer<typeof FileConfig>;

/** Whatever FFmpeg can open as a live camera. */
export const FfmpegConfig = z.strictObject({
  kind: z.literal('ffmpeg').describe('a USB or network camera'),
  input: z
    .string()
    .min(1)
    .describe(
      'a device such as /dev/video0, or an rtsp:// or http:// address with user and password if needed',
    ),
  inputFormat: z
    .string()
    .min(1)
    .default('mjpeg')
    .describe('what a device is asked to send: mjpeg, yuyv422, h264 …'),
  mjpeg: z
    .boolean()
    .optional()
    .describe(
      'the camera sends JPEG pictures: they are looked at in half their size and kept whole for the crop. ' +
        'When left out, `true` for a device that is asked for mjpeg',
    ),
  width: z.int().min(320).max(3840).default(1280).describe('width that a device is asked for, in pixels'),
  height: z.int().min(180).max(2160).default(720).describe('height that a device is asked for, in pixels'),
  fps,
  maxWidth,
  args: args.describe('more arguments for FFmpeg, before the input'),
});
export type FfmpegConfig = z.infer<typeof FfmpegConfig>;

/** The Raspberry Pi's camera module. */
export const RpicamConfig = z.strictObject({
  kind: z.literal('rpicam').describe('the camera module of a Raspberry Pi'),
  width: z
    .int()
    .min(320)
    .max(3840)
    .multipleOf(64, 'must be a multiple of 64: the camera pads other rows')
    .default(1280)
    .describe('width of a frame in pixels, a multiple of 64'),
  height: z
    .int()
    .min(180)
    .max(2160)
    .multipleOf(2, 'must be even')
    .default(720)
    .describe('height of a frame in pixels, even'),
  fps,
  args: args.describe('more arguments for rpicam-vid, such as --rotation and 180'),
});
export type RpicamConfig = z.infer<typeof RpicamConfig>;

/** Where frames come from. */
export const CameraConfig = z.discriminatedUnion(
  'kind',
  [ReplayConfig, FileConfig, FfmpegConfig, RpicamConfig],
  { error: 'must be replay, file, ffmpeg or rpicam' },
);
export type CameraConfig = z.infer<typeof CameraConfig>;
