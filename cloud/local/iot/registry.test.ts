import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from './registry.ts';
import { issueClient } from './testing/credentials.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

let file: string;
let nowMs: number;
let pem: string;
const open = () => openRegistry({ file, now: () => nowMs });

beforeEach(async () => {
  file = path.join(temporaryFolder(), 'registry.json');
  nowMs = 1_000;
  ({ certificatePem: pem } = await issueClient());
});

describe('the registry', () => {
  it('remembers what RegisterThing made', () => {
    const { id } = open().addPending(pem);
    open().bind(id, { name: 'door', attributes: { site: 'main' } }, 'ACTIVE', ['policy']);
    expect(open().certificate(id)).toEqual({
      id,
      pem,
      status: 'ACTIVE',
      policies: ['policy'],
      things: ['door'],
      createdAtMs: 1_000,
      modifiedAtMs: 1_000,
    });
    expect(open().thing('door')?.attributes).toEqual({ site: 'main' });
  });

  it('accepts an ownership token across a restart, but not a second time', () => {
    const { id, ownershipToken } = open().addPending(pem);
    expect(open().pendingBy(ownershipToken)?.id).toBe(id);
    open().bind(id, undefined, 'ACTIVE', []);
    expect(open().pendingBy(ownershipToken)).toBeUndefined();
  });

  it('forgets a certificate that nobody registered within the hour', () => {
    const { id, ownershipToken } = open().addPending(pem);
    nowMs += 3_600_000;
    const registry = open();
    expect(registry.pendingBy(ownershipToken)).toBeUndefined();
    expect(registry.certificate(id)).toBeUndefined();
    expect(registry.certificates()).toEqual([]);
    registry.attachPolicy(id, 'policy');
    registry.putThing({ name: 'other', attributes: {} });
    expect(readFileSync(file, 'utf8')).not.toContain(id);
  });

  it('keeps a certificate that was registered in time', () => {
    const { id } = open().addPending(pem);
    open().bind(id, undefined, 'ACTIVE', []);
    nowMs += 3_600_000;
    expect(open().certificate(id)?.status).toBe('ACTIVE');
  });

  it('ends a temporary claim with its time, and never lists it', () => {
    const { id } = open().addClaim(pem, 'template', 301_000);
    expect(open().certificates()).toEqual([]);
    nowMs = 300_999;
    expect(open().certificate(id)?.claim?.template).toBe('template');
    nowMs = 301_000;
    expect(open().certificate(id)).toBeUndefined();
  });

  it('keeps no ownership token in clear', () => {
    const { ownershipToken } = open().addPending(pem);
    expect(readFileSync(file, 'utf8')).not.toContain(ownershipToken);
  });

  it('says what to do about a file it cannot read', () => {
    writeFileSync(file, '{"v":2}');
    expect(open).toThrow('Start with --fresh');
  });
});
