import { localTime } from '../../domain/local-time.ts';
import type { Site } from '../../domain/site.ts';
import type { CheckedIn } from './check-in.ts';

/** What the person can do about the outcome; empty when there is nothing to do. */
export const detailOf = (checkedIn: CheckedIn, { timeZone, duplicatePunchMinutes }: Site): string => {
  switch (checkedIn.outcome) {
    case 'matched':
      return '';
    case 'duplicate':
      return `You were counted less than ${duplicatePunchMinutes} minutes ago. There is nothing more to do.`;
    case 'used_before':
      return `This very picture was counted on ${wallClock(checkedIn.punch.at, timeZone)}. Take a new one.`;
    case 'not_you':
      return 'This is not clearly you. Face the camera in even light, without sunglasses or a mask, and try again; your PIN at a kiosk counts just as well.';
    case 'no_face':
      return 'There is no face in the picture. Face the camera in even light and try again.';
    case 'several_faces':
      return 'There is more than one face in the picture. Try again with nobody beside or close behind you.';
    case 'too_small':
      return 'Your face is too small in the picture. Come closer to the camera and try again.';
    case 'no_consent':
      return 'You have not consented to being recognised by your face. Use your PIN at a kiosk: it counts just as well. HR records your consent if you want to give it.';
    case 'not_enrolled':
      return 'No picture of you has been enrolled. Ask HR for it, or use your PIN at a kiosk: it counts just as well.';
    case 'not_searched':
      return 'No more faces are looked up this month. Use your PIN at a kiosk: it counts just as well.';
  }
};

/** Date and minute on the site's wall, e.g. `2026-11-23 08:58`. */
const wallClock = (at: string, timeZone: string): string =>
  localTime(at, timeZone).slice(0, 16).replace('T', ' ');
