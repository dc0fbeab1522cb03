import type { Readable } from 'node:stream';

/** Reads a byte stream in lines and in blocks of a known size, without keeping more of it than one chunk. One read at a time. */
export interface ByteReader {
  /** The text up to the next line feed, without it; null at the end. Rejects when no line feed comes within 1,000 bytes. */
  line(): Promise<string | null>;
  /** Fills the target from its beginning; false when the stream ended before that. */
  fill(target: Uint8Array): Promise<boolean>;
  /** Resolves when at least one byte is there to be read; false at the end. */
  waitForByte(): Promise<boolean>;
}

const longestLine = 1000;
const lineFeed = 10;

/**
 * Makes a reader of a stream, which is not read faster than it is asked for. A stream that is cut off counts as ended.
 * A picture of a million bytes comes in twenty chunks: each is copied as it arrives, which costs half of what awaiting it does.
 */
export const makeByteReader = (stream: Readable): ByteReader => {
  let chunk: Uint8Array = new Uint8Array();
  let at = 0;
  let hasEnded = false;
  let goOn: (() => void) | null = null;

  stream.on('data', (next: Uint8Array) => {
    chunk = next;
    at = 0;
    goOn?.();
    if (at < chunk.length) stream.pause();
  });
  const end = () => {
    hasEnded = true;
    goOn?.();
  };
  stream.on('end', end).on('close', end).on('error', end);

  /** Lets `take` take from the chunk, and from those that follow, until it says that it has all; false when the stream ends first. */
  const read = (take: () => boolean): Promise<boolean> =>
    new Promise((resolve, reject) => {
      goOn = () => {
        try {
          const hasAll = at < chunk.length && take();
          if (!hasAll && !hasEnded) return stream.resume();
          goOn = null;
          resolve(hasAll);
        } catch (error) {
          goOn = null;
          reject(error);
        }
      };
      goOn();
    });

  return {
    waitForByte: () => read(() => true),
    line: async () => {
      let text = '';
      const isWhole = await read(() => {
        const feed = chunk.indexOf(lineFeed, at);
        text += Buffer.from(chunk.subarray(at, feed < 0 ? chunk.length : feed)).toString('latin1');
        at = feed < 0 ? chunk.length : feed + 1;
        if (text.length > longestLine)
          throw new Error('The stream is not what was agreed: a line without end.');
        return feed >= 0;
      });
      return isWhole ? text : null;
    },
    fill: async (target) => {
      let filled = 0;
      if (target.length === 0) return true;
      return read(() => {
        const part = chunk.subarray(at, at + target.length - filled);
        target.set(part, filled);
        filled += part.length;
        at += part.length;
        return filled === target.length;
      });
    },
  };
};
