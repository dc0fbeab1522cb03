import path from 'node:path';
import sharp from 'sharp';
import sampleFaces from '../../../device/camera/replay/sample-faces.json' with { type: 'json' };
import { clampBox, growBox } from '../../../device/vision/box.ts';
import { packageFiles } from '../../../device/vision/tensorflow.ts';

/** For tests: head and shoulders of a face of the sample photographs in the face-api package, as a JPEG `width` pixels wide. */
export const sampleCrop = async (faceId: string, width = 320): Promise<Buffer> => {
  const face = sampleFaces.find(({ id }) => id === faceId);
  if (!face) throw new Error(`There is no sample face ${faceId}.`);
  const photo = sharp(samplePhoto(face.photo));
  const part = clampBox(growBox(face.box, 0.6), await photo.metadata());
  return photo
    .extract({ left: part.x, top: part.y, width: part.width, height: part.height })
    .resize({ width })
    .jpeg({ quality: 90 })
    .toBuffer();
};

/** For tests: the file of a whole sample photograph, e.g. `sample1.jpg`. */
export const samplePhoto = (name: string): string =>
  path.join(packageFiles('@vladmandic/face-api', 'demo'), name);
