/**
 * How sure a model must be (its score, 0..1) for each step on the way from a face in a frame to a published picture. In one place,
 * because they only make sense together: BlazeFace scores backs of heads and clutter up to 0.70, and the faces of people who pass
 * a door above 0.80. Scores of the other detectors are brought to this scale.
 */
export const scoreFloors = {
  /** To begin a track. */
  start: 0.6,
  /** To carry a track on; weaker faces are not reported at all. */
  continue: 0.4,
  /** The best face of a track that was a person: one without is forgotten, not reported. */
  person: 0.7,
  /** A face that is clear enough to be published, or to tell how its owner moves. */
  publish: 0.75,
  /** face-api's TinyFaceDetector on the enlarged crop that is to be published. */
  confirm: 0.5,
} as const;
