import type { Log } from '../log.ts';
import { makeLandmarker } from './landmarker.ts';
import { type LivenessCheck, noLivenessCheck } from './liveness.ts';
import { makeLivenessCheck } from './liveness-check.ts';

/** What a door does about faces that look like a picture of a face. */
export type LivenessPolicy = { readonly check: LivenessCheck; readonly refuses: boolean };
export type LivenessSetting = 'off' | 'mark' | 'refuse';

/** The policy of a door that does nothing about them. */
export const noLiveness: LivenessPolicy = { check: noLivenessCheck, refuses: false };

/** Makes the policy that is set; loads no model when it is off. Throws a WorkerThreadError when the model cannot be loaded. */
export const makeLivenessPolicy = async (setting: LivenessSetting, log: Log): Promise<LivenessPolicy> =>
  setting === 'off'
    ? noLiveness
    : {
        check: makeLivenessCheck({ landmarker: await makeLandmarker(), log }),
        refuses: setting === 'refuse',
      };
