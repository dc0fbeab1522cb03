import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { FfmpegConfig } from './config.ts';
import { makeFfmpegCamera } from './ffmpeg-camera.ts';
import type { Frame } from './frame.ts';
import { framesOf, makeFilmFolder, movingPicture } from './test-films.ts';
import { makeProgramFolder } from './test-programs.ts';
import { impatientCamera } from './watchdog.ts';

let films: Awaited<ReturnType<typeof makeFilmFolder>>;
beforeAll(async () => {
  films = await makeFilmFolder();
});
afterAll(() => films.remove());

const servers: (Server | TcpServer)[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

const listen = async (server: Server | TcpServer): Promise<number> => {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};
const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}`;
const cameraOf = (input: string, changes: object = {}) =>
  makeFfmpegCamera(FfmpegConfig.parse({ kind: 'ffmpeg', input, fps: 30, ...changes }), systemClock);

const meanLuma = ({ width, height, data }: Frame): number =>
  data.subarray(0, width * height).reduce((sum, value) => sum + value, 0) / (width * height);

/** JPEGs of 640 × 360 whose brightness tells which one it is. */
const jpegOf = (brightness: number): Promise<Buffer> =>
  sharp({
    create: {
      width: 640,
      height: 360,
      channels: 3,
      background: { r: brightness, g: brightness, b: brightness },
    },
  })
    .jpeg()
    .toBuffer();

/** Sends pictures as a network camera does, one every 60 ms, then goes silent. */
const sendPictures =
  (pictures: readonly Buffer[]): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=picture' });
    const left = [...pictures];
    const timer = setInterval(() => {
      const jpeg = left.shift();
      if (!jpeg) return clearInterval(timer);
      response.write(`--picture\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }, 60);
    response.on('close', () => clearInterval(timer));
  };

describe('a camera that sends JPEGs over HTTP', () => {
  it('gives frames of half the size, each with the very picture it was made of, past damaged ones', async () => {
    const pictures = await Promise.all(Array.from({ length: 24 }, (_, index) => jpegOf(20 + 9 * index)));
    const torn = (index: number, keep: number) => {
      const whole = pictures[index] ?? Buffer.alloc(0);
      pictures[index] = Buffer.concat([whole.subarray(0, keep), Buffer.alloc(whole.length - keep, 0x37)]);
    };
    // No picture at all, and one that cannot be told from a picture until it is decoded.
    torn(4, 20);
    torn(9, 2);
    const url = await serve(sendPictures([...pictures, ...pictures]));

    const seen: { reduced: number; full: number | null; sizes: readonly number[] }[] = [];
    for await (const frame of cameraOf(url, { mjpeg: true }).frames(new AbortController().signal)) {
      const full = await frame.fullSize?.();
      seen.push({
        reduced: meanLuma(frame),
        full: full ? meanLuma(full) : null,
        sizes: [frame.width, frame.height, full?.width ?? 0, full?.height ?? 0],
      });
      if (seen.length === 18) break;
    }
    for (const { reduced, full, sizes } of seen) {
      expect(sizes).toEqual([320, 180, 640, 360]);
      expect(Math.abs(reduced - (full ?? Number.NaN))).toBeLessThan(2);
    }
    const brightness = seen.map(({ reduced }) => Math.round((reduced - 20) / 9));
    expect(brightness).not.toContain(4);
    expect(brightness).not.toContain(9);
    expect(new Set(brightness).size).toBeGreaterThan(12);
  });

  it('keeps only the last few pictures', async () => {
    const pictures = await Promise.all(Array.from({ length: 60 }, (_, index) => jpegOf(20 + 3 * index)));
    const frames = await (async () => {
      const kept: Frame[] = [];
      for await (const frame of cameraOf(await serve(sendPictures(pictures)), { mjpeg: true }).frames(
        new AbortController().signal,
      )) {
        kept.push(frame);
        if (kept.length < 16) continue;
        expect(await kept[0]?.fullSize?.()).toBeNull();
        expect(await kept.at(-1)?.fullSize?.()).not.toBeNull();
        break;
      }
      return kept;
    })();
    expect(frames).toHaveLength(16);
  });

  it('is noticed when it goes silent', async () => {
    const pictures = await Promise.all([60, 90, 120].map(jpegOf));
    const url = await serve(sendPictures(pictures));
    const camera = impatientCamera(cameraOf(url, { mjpeg: true }), systemClock, {
      firstMs: 20_000,
      nextMs: 800,
    });
    await expect(framesOf(camera)).rejects.toMatchObject({ trouble: 'stalled' });
  });
});

describe('a network camera', () => {
  it('is played from its RTSP stream, no more often than asked', async () => {
    // 20 pictures per second, each a step of brightness above the one before.
    const film = await films.make(
      'brighter.mp4',
      ...['-f', 'lavfi', '-i', "nullsrc=s=320x180:r=20:d=9,geq=lum='16+N':cb=128:cr=128"],
      ...['-g', '20', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    );
    const port = await listen(createServer());
    const [probe] = servers.splice(0);
    probe?.close();
    const url = `rtsp://door:hunter2@127.0.0.1:${port}/main`;
    // FFmpeg can be the server of the stream that it plays; another one sends it.
    const camera = cameraOf(url, { fps: 5, args: ['-rtsp_flags', 'listen'] });
    const playing = framesOf(camera, 6);
    const send = () => {
      const args = [
        '-nostdin',
        '-v',
        'quiet',
        '-re',
        '-i',
        film,
        '-c',
        'copy',
        '-f',
        'rtsp',
        '-rtsp_transport',
        'tcp',
        url,
      ];
      const child = spawn('ffmpeg', args, { stdio: 'ignore' });
      children.push(child);
      // It may have come before the other listened.
      child.once('exit', (code) => {
        if (code !== 0 && children.includes(child)) send();
      });
    };
    send();
    const frames = await playing;
    expect(frames.map(({ width, height }) => [width, height])).toEqual(Array(6).fill([320, 180]));
    const [first = 0, ...later] = frames.map(meanLuma);
    // Four steps, a fifth of a second, between two; three would be 15 in all.
    expect(((later.at(-1) ?? 0) - first) * (219 / 255)).toBeGreaterThan(17.5);
  });

  it('that wants another password says so without repeating the one it got', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (request) => {
        const sequence = /CSeq: (\d+)/i.exec(request.toString())?.[1];
        const line = request.toString().startsWith('OPTIONS') ? '200 OK' : '401 Unauthorized';
        socket.write(`RTSP/1.0 ${line}\r\nCSeq: ${sequence}\r\nWWW-Authenticate: Basic realm="door"\r\n\r\n`);
      });
    });
    const input = `rtsp://door:hunter2@127.0.0.1:${await listen(server)}/main?token=hunter3`;
    const error = await framesOf(cameraOf(input)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ trouble: 'refused' });
    expect(String(error)).toContain('127.0.0.1');
    expect(String(error)).not.toContain('hunter');
  });

  it.each([
    [401, 'refused'],
    [404, 'no_device'],
    [503, 'unreachable'],
  ])('that answers %i is told as %s', async (status, trouble) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    await expect(framesOf(cameraOf(url))).rejects.toMatchObject({ trouble });
  });

  it('that is off is told as unreachable', async () => {
    await expect(framesOf(cameraOf('rtsp://127.0.0.1:1/main'))).rejects.toMatchObject({
      trouble: 'unreachable',
    });
  });

  it('that sends no pictures is told as no video', async () => {
    const url = await serve((_request, response) => response.end('hello'));
    await expect(framesOf(cameraOf(url))).rejects.toMatchObject({ trouble: 'not_a_video' });
  });
});

describe('a USB camera', () => {
  it('that is not there is told so', async () => {
    await expect(framesOf(cameraOf('/dev/video-none'))).rejects.toMatchObject({
      trouble: 'no_device',
      message: '/dev/video-none is not there: plug the camera in; ls /dev/video* lists what is there',
    });
  });

  it('that the agent may not open is told with the line to type', async () => {
    // Nothing is forbidden to root, as whom tests may run, so the line is played.
    const programs = await makeProgramFolder();
    await programs.write('ffmpeg', "echo '/dev/video0: Permission denied' >&2; exit 1\n");
    vi.stubEnv('PATH', `${programs.folder}:${process.env.PATH}`);
    await expect(framesOf(cameraOf('/dev/video0'))).rejects.toMatchObject({
      trouble: 'no_permission',
      message: expect.stringContaining('sudo usermod -aG video'),
    });
    expect(await programs.argumentsOf('ffmpeg')).toContain('-f v4l2 -input_format mjpeg');
    await programs.remove();
  });

  it('that stops sending has ended, which for a camera is trouble', async () => {
    const film = await films.make('short.mjpeg', ...movingPicture('640x360'), '-c:v', 'mjpeg');
    const camera = cameraOf(film, { args: ['-f', 'mjpeg', '-framerate', '5'], mjpeg: true });
    await expect(framesOf(camera)).rejects.toMatchObject({ trouble: 'ended' });
  });
});
