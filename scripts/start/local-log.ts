import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import type { LocalLog } from '../../cloud/local/account.ts';

/** The local cloud's own log, JSON lines in `<state>/logs/cloud.log`: what AWS's console would show. */
export function makeLocalLog(stateDir: string): LocalLog {
  const dir = path.join(stateDir, 'logs');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const logger = pino({ base: null }, createWriteStream(path.join(dir, 'cloud.log'), { flags: 'a' }));
  return {
    info: (event, fields = {}) => logger.info({ event, ...fields }),
    warn: (event, fields = {}) => logger.warn({ event, ...fields }),
  };
}
