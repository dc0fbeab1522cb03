import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { DeviceConfiguration } from '#contract/provisioning.ts';
import { makeManualClock } from '../clock.ts';
import { makeMemoryLog } from '../log.ts';
import type { Disk } from '../outbox/disk.ts';
import { aftermaths, makeSimulatedDisk, PowerCut } from '../outbox/simulated-disk.ts';
import { createCsr, createPrivateKeyPem } from './csr.ts';
import type { FleetProvisioning } from './fleet-provisioning.ts';
import { IdentityError } from './identity-error.ts';
import { makeIdentityStore } from './identity-store.ts';
import { provision, retryProvisioning } from './provision.ts';
import { makeTestAuthority, readCsr } from './test-authority.ts';

const folder = '/state/identity';
const request = { serial: 'demo-1', code: 'one-time-code', templateName: 'rollcall-dev' };
const deviceConfiguration = DeviceConfiguration.parse(golden('device-configuration'));
const steps = ['connect', 'createCertificate', 'register', 'close'] as const;

let authority: Awaited<ReturnType<typeof makeTestAuthority>>;
beforeAll(async () => {
  authority = await makeTestAuthority();
});

/** A cloud that signs requests and registers doors, and notes whose keys it saw. `fail` may throw before any step. */
const makeCloud = (fail: (step: (typeof steps)[number]) => void = () => undefined) => {
  const publicKeys = new Set<string>();
  const registered: unknown[] = [];
  const connect = async (): Promise<FleetProvisioning> => {
    fail('connect');
    return {
      createCertificate: async (csr) => {
        fail('createCertificate');
        publicKeys.add(readCsr(csr).publicKey.toString('base64'));
        return { certificatePem: await authority.issueFromCsr(csr), certificateOwnershipToken: 'token' };
      },
      register: async (registration) => {
        fail('register');
        registered.push(registration);
        return { thingName: 'rollcall-dev-demo-1', deviceConfiguration };
      },
      close: async () => fail('close'),
    };
  };
  return { connect, publicKeys, registered };
};

const start = async (disk: Disk, cloud: ReturnType<typeof makeCloud>) =>
  provision({ store: makeIdentityStore({ folder, disk }), connect: cloud.connect, request });

const makeDisk = async () => {
  const disk = makeSimulatedDisk();
  await disk.makeFolder('/state', 0o700);
  return disk;
};

describe('provisioning', () => {
  it('asks for a certificate for its own key, registers, and keeps the answer', async () => {
    const disk = await makeDisk();
    const cloud = makeCloud();
    const identity = await start(disk, cloud);
    expect(identity).toMatchObject({ thingName: 'rollcall-dev-demo-1', configuration: deviceConfiguration });
    expect(
      new X509Certificate(identity.certificatePem).checkPrivateKey(createPrivateKey(identity.privateKeyPem)),
    ).toBe(true);
    expect(cloud.registered).toEqual([
      {
        templateName: 'rollcall-dev',
        ownershipToken: 'token',
        parameters: { SerialNumber: 'demo-1', Code: 'one-time-code' },
      },
    ]);
    expect(await makeIdentityStore({ folder, disk }).load()).toEqual(identity);
  });

  it('does not ask again once it has an identity', async () => {
    const disk = await makeDisk();
    const identity = await start(disk, makeCloud());
    const untouchable = makeCloud(() => {
      throw new Error('nobody may connect');
    });
    expect(await start(disk, untouchable)).toEqual(identity);
  });

  it.each(steps.slice(0, 3))('uses the same key when it starts again after %s failed', async (failing) => {
    const disk = await makeDisk();
    let broken = true;
    const cloud = makeCloud((step) => {
      if (broken && step === failing) throw new Error('the network is gone');
    });
    await expect(start(disk, cloud)).rejects.toThrow('the network is gone');
    broken = false;
    await start(disk, cloud);
    expect(cloud.publicKeys.size).toBe(1);
  });

  /** Cuts the power at every change to the disk, starts again, and says at which cuts the door has no identity of one key. */
  const brokenCuts = async (breakDisk: (disk: Disk) => Disk = (disk) => disk) => {
    const whole = await makeDisk();
    await start(breakDisk(whole), makeCloud());
    const broken: string[] = [];
    for (const aftermath of aftermaths) {
      for (let changes = 0; changes < whole.changes(); changes += 1) {
        const disk = await makeDisk();
        const cloud = makeCloud();
        disk.cutAfter(changes);
        await expect(start(breakDisk(disk), cloud)).rejects.toThrow(PowerCut);
        disk.restart(aftermath);
        const identity = await start(disk, cloud).catch(() => undefined);
        const again = await start(disk, cloud).catch(() => undefined);
        const works =
          identity && again?.certificatePem === identity.certificatePem && cloud.publicKeys.size === 1;
        if (!works) broken.push(`cut ${changes}, ${aftermath} left`);
      }
    }
    return { cuts: whole.changes(), broken };
  };

  it('ends with one working identity of one key wherever the power was cut', async () => {
    const { cuts, broken } = await brokenCuts();
    expect(cuts).toBeGreaterThan(12);
    expect(broken).toEqual([]);
  });

  it('would be caught by that test if it did not sync what it writes', async () => {
    const { broken } = await brokenCuts((disk) => ({
      ...disk,
      create: async (file, mode) => ({ ...(await disk.create(file, mode)), sync: async () => undefined }),
    }));
    expect(broken.length).toBeGreaterThan(0);
  });
});

describe('the signing request', () => {
  it('carries the public half of the key and is signed with it', async () => {
    const key = createPrivateKeyPem();
    const csr = readCsr(await createCsr(key, 'demo-1'));
    expect(await csr.verify()).toBe(true);
    expect(csr.subject).toBe('CN=demo-1');
    const spki = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
    expect(Buffer.from(csr.publicKey.rawData)).toEqual(spki);
    expect(createPrivateKey(key).asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
  });
});

describe('retrying', () => {
  const failing = (error: Error, times: number) => {
    let left = times;
    return async () => {
      left -= 1;
      if (left >= 0) throw error;
      return { thingName: 't', certificatePem: 'c', privateKeyPem: 'k', configuration: deviceConfiguration };
    };
  };
  const passing = new IdentityError('unreachable', true, 'check the cable');
  const retry = (attempt: ReturnType<typeof failing>, attempts: number) => {
    const clock = makeManualClock();
    const stop = new AbortController();
    const log = makeMemoryLog();
    const result = retryProvisioning({ attempt, attempts, clock, log, signal: stop.signal, random: () => 1 });
    return { clock, stop, log, result };
  };

  it('waits and tries again when nobody has to act, and says what is wrong', async () => {
    const { clock, log, result } = retry(failing(passing, 2), 10);
    await clock.advance(0);
    expect(clock.sleepers()).toEqual([2_000]);
    await clock.advance(2_000);
    expect(clock.sleepers()).toEqual([4_000]);
    await clock.advance(4_000);
    expect((await result).thingName).toBe('t');
    expect(log.lines[0]).toEqual({
      event: 'identity.retrying',
      fields: { why: 'unreachable', remedy: 'check the cable', waitMs: 2_000 },
    });
  });

  it('does not repeat what somebody has to put right', async () => {
    const refused = new IdentityError('not_allowed', false, 'ask facilities');
    const { clock, result } = retry(failing(refused, 9), 10);
    await expect(result).rejects.toBe(refused);
    expect(clock.sleepers()).toEqual([]);
  });

  it('gives up after its attempts', async () => {
    await expect(retry(failing(passing, 9), 1).result).rejects.toBe(passing);
  });

  it('stops waiting when it is told to stop', async () => {
    const { clock, stop, result } = retry(failing(passing, 9), 10);
    await clock.advance(0);
    stop.abort();
    await expect(result).rejects.toBe(passing);
  });
});
