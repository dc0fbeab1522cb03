import { minCheckInFacePx } from '#contract/check-in.ts';

/** A face smaller than this share of the largest stands far behind: it is neither whom the picture is of, nor can it be searched for. */
const bystanderShare = 1 / 3;

/** What the faces of a picture, by their sides in pixels, allow: a search for the one that it is of, or what to say instead. */
export const judgeFaces = (
  sidesPx: readonly number[],
): 'one_face' | 'no_face' | 'several_faces' | 'too_small' => {
  const largest = Math.max(0, ...sidesPx);
  if (largest === 0) return 'no_face';
  if (sidesPx.filter((side) => side >= bystanderShare * largest).length > 1) return 'several_faces';
  return largest < minCheckInFacePx ? 'too_small' : 'one_face';
};
