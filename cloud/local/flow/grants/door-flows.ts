import { rmSync } from 'node:fs';
import path from 'node:path';
import { allowDoor, provisionDoor } from '../test-door.ts';
import type { World } from './world.ts';

/** A new door registers with the code that facilities gave it. */
export const newDoor = async (world: World): Promise<void> => {
  const serial = `new-${world.next()}`;
  await provisionDoor(world.installation, serial, await allowDoor(world.facilities, serial));
};

/** A door that lost its certificate, but not its key, registers again. */
export const doorAgain = async (world: World): Promise<void> => {
  const { installation } = world;
  const serial = `again-${world.next()}`;
  const code = await allowDoor(world.facilities, serial);
  await provisionDoor(installation, serial, code);
  rmSync(path.join(installation.stateDir, 'doors', serial, 'identity.json'));
  await provisionDoor(installation, serial, code);
};
