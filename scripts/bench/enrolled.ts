import { enrol, type Installation, startInstallation } from '../../cloud/local/flow/installation.ts';
import { allowDoor, connectDoor, provisionDoor, type TestDoor } from '../../cloud/local/flow/test-door.ts';
import { usablePeople } from '../../device/camera/replay/sample-people.ts';
import { strangers } from '../start/demo-people.ts';

/** A running installation in which people are enrolled. */
export type Enrolled = {
  readonly installation: Installation;
  readonly people: readonly { readonly id: string; readonly sample: string }[];
  /** Connects so many doors; they leave with the installation. */
  doors(count: number): Promise<readonly TestDoor[]>;
  /** How many deliveries ingest has settled, and how many it has not. */
  settled(): { readonly done: number; readonly pending: number };
};

/** Starts an installation, enrols `count` of the sample people who resemble nobody else much, and stops it again at the end. */
export async function withPeople<T>(count: number, use: (enrolled: Enrolled) => Promise<T>): Promise<T> {
  const installation = await startInstallation();
  const connected: TestDoor[] = [];
  try {
    const people: { id: string; sample: string }[] = [];
    const known = usablePeople().filter(({ id }) => !strangers.has(id));
    for (const { id: sample } of known.slice(0, count))
      people.push({ id: (await enrol(installation.hr, sample, 'Ada Example')).id, sample });
    return await use({
      installation,
      people,
      async doors(wanted) {
        const facilities = await installation.as('facilities');
        for (let n = 0; n < wanted; n += 1) {
          const serial = `bench-${n}`;
          const code = await allowDoor(facilities, serial);
          connected.push(await connectDoor(installation, await provisionDoor(installation, serial, code)));
        }
        return connected;
      },
      settled() {
        const ingest = installation.cloud.functions().find(({ name }) => name === 'rollcall-dev-ingest');
        const { succeeded = 0, pending = 0 } = ingest?.asynchronous ?? {};
        return { done: succeeded, pending };
      },
    });
  } finally {
    await Promise.all(connected.map((door) => door.stop()));
    await installation.stop();
  }
}
