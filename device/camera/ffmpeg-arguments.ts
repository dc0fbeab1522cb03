import type { FfmpegConfig, FileConfig } from './config.ts';

/** FFmpeg as every camera runs it: no questions, errors only, one thread, for more of them wait more than they work. */
const always = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-filter_threads', '1'];
const oneThread = ['-threads', '1'];
/** The first video stream that is not a record's cover. */
const video = ['-map', '0:V:0'];

/**
 * Brings pictures into the one form of a frame: 8-bit YUV 4:2:0, BT.601, full range, whatever range, matrix, depth and
 * subsampling came in (swscale reads them from the stream). Pictures that are wider than `maxWidth` are made smaller.
 */
const toFrames = (maxWidth: number): string =>
  `scale=w='min(${maxWidth},iw)':h=-1:out_range=full:out_color_matrix=bt601,format=yuv420p`;

/** At most about `fps` pictures per second, each with its own time; also where times are missing or run backwards. */
const atMost = (fps: number): string =>
  `select='isnan(t)+isnan(prev_selected_t)+gte(abs(t-prev_selected_t),${(0.8 / fps).toFixed(4)})'`;

/** Pictures as they come, none repeated or left out to keep a rate; out at once. */
const asTheyCome = ['-fps_mode', 'passthrough', '-flush_packets', '1'];

/** Plays a file at a constant rate, so that frame n is n/fps after the beginning. */
export const fileArguments = ({ path, fps, maxWidth }: FileConfig): readonly string[] => [
  ...always,
  ...oneThread,
  // The file may name others, but nothing from the network.
  ...['-protocol_whitelist', 'file,crypto,data', '-i', `file:${path}`],
  ...video,
  ...['-vf', [...(fps === undefined ? [] : [`fps=${fps}`]), toFrames(maxWidth)].join(',')],
  ...['-fps_mode', 'cfr', '-f', 'yuv4mpegpipe', 'pipe:1'],
];

/**
 * How long FFmpeg waits for a network camera, in microseconds. The agent is less patient and ends it long before; but an agent that was
 * killed cannot, and FFmpeg only notices that nobody reads its pictures when it has one.
 */
const longestSilenceUs = 20_000_000;

export const isDevice = (input: string): boolean => input.startsWith('/dev/');

/** Whether the camera sends JPEG pictures that are large enough to be looked at in half their size. */
export const sendsLargeJpegs = ({ input, inputFormat, mjpeg, width }: FfmpegConfig): boolean =>
  mjpeg ?? (isDevice(input) && inputFormat === 'mjpeg' && width >= 960);

/** JPEGs over HTTP tell no time, and FFmpeg gives them that of 25 a second: it cannot know which are too many. */
export const tellsTime = (input: string): boolean => !/^https?:/i.test(input);

const inputArguments = ({
  input,
  inputFormat,
  width,
  height,
  fps,
  args,
}: FfmpegConfig): readonly string[] => {
  const device = isDevice(input)
    ? [
        ...['-f', 'v4l2', '-input_format', inputFormat],
        ...['-video_size', `${width}x${height}`, '-framerate', String(fps)],
      ]
    : [];
  const isRtsp = /^rtsps?:/i.test(input);
  // What is looked at to know a stream is played later than it came: a second is enough.
  const live = input.includes('://')
    ? ['-analyzeduration', '1000000', isRtsp ? '-timeout' : '-rw_timeout', String(longestSilenceUs)]
    : [];
  // Over UDP, a Wi-Fi camera's pictures come torn.
  const rtsp = isRtsp ? ['-rtsp_transport', 'tcp', '-allowed_media_types', 'video'] : [];
  return [...device, ...live, ...rtsp, ...args, '-i', input];
};

/** Watches a live camera: one stream of raw pictures. Deblocking is a fifth of the decoding and shows no face better. */
export const liveArguments = (config: FfmpegConfig): readonly string[] => [
  ...always,
  ...oneThread,
  ...['-skip_loop_filter', 'all'],
  ...inputArguments(config),
  ...video,
  ...['-vf', `${atMost(config.fps)},${toFrames(config.maxWidth)}`],
  ...asTheyCome,
  ...['-f', 'yuv4mpegpipe', 'pipe:1'],
];

/**
 * Watches a camera that sends JPEG pictures: raw pictures of half the size, decoded that way, on descriptor 1, and the JPEGs as
 * they came on descriptor 4. An index of each, with the times by which they belong together, goes to descriptors 3 and 5:
 * counting is not enough, for a JPEG that cannot be decoded has no raw picture.
 */
export const jpegArguments = (config: FfmpegConfig): readonly string[] => [
  ...always,
  ...oneThread,
  ...['-lowres', '1'],
  ...inputArguments(config),
  ...video,
  ...['-vf', [...(tellsTime(config.input) ? [atMost(config.fps)] : []), toFrames(config.maxWidth)].join(',')],
  ...['-c:v', 'wrapped_avframe'],
  // Minus one: the times of the input, not those of a frame rate.
  ...['-fps_mode', 'passthrough', '-enc_time_base', '-1'],
  ...['-f', 'tee', '[f=yuv4mpegpipe:flush_packets=1]pipe\\:1|[f=framecrc:flush_packets=1]pipe\\:3'],
  ...video,
  ...['-c', 'copy', '-copytb', '1'],
  ...['-f', 'tee', '[f=mjpeg:flush_packets=1]pipe\\:4|[f=framecrc:flush_packets=1]pipe\\:5'],
];

/** The program that all of these are for. */
export const ffmpeg = { names: ['ffmpeg'], install: 'sudo apt-get install -y ffmpeg' } as const;
