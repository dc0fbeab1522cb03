import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ffmpeg } from '../../device/camera/ffmpeg-arguments.ts';
import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { makeReplayCamera } from '../../device/camera/replay/replay-camera.ts';
import { systemClock } from '../../device/clock.ts';

/**
 * Writes so many frames of the replay corridor, 1280 × 720, as an H.264 film the way a network camera would send it. With
 * `people` somebody is nearly always in the picture, else nobody is.
 */
export const makeFilm = async (
  file: string,
  { fps, frames, people }: { readonly fps: number; readonly frames: number; readonly people: boolean },
): Promise<void> => {
  const pauseSeconds = people ? 0.5 : 3600;
  const config = ReplayConfig.parse({ kind: 'replay', fps, seed: 5, realtime: false, pauseSeconds });
  const encoder = spawn(
    ffmpeg.names[0],
    [
      ...['-nostdin', '-loglevel', 'error', '-y'],
      ...['-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-s', '1280x720', '-r', String(fps), '-i', 'pipe:0'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', String(2 * fps), file],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(encoder, 'exit');
  let written = 0;
  for await (const frame of makeReplayCamera(config, systemClock).frames(new AbortController().signal)) {
    if (!encoder.stdin.write(frame.data)) await once(encoder.stdin, 'drain');
    written += 1;
    if (written === frames) break;
  }
  encoder.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg could not write the film: it ended with code ${code}`);
};
