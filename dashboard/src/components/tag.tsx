import type { ComponentChildren } from 'preact';

/** What a tag's colour stands for; its words and its shape always say the same. */
export type TagTone = 'in' | 'out' | 'again' | 'unknown' | 'problem';
export type TagIcon = keyof typeof shapes;

/** Lines in a box of 16 × 16, for people who cannot tell the colours apart at a glance. */
const shapes = {
  in: 'M3 8h9M8.5 4.5 12 8l-3.5 3.5',
  out: 'M13 8H4m3.5-3.5L4 8l3.5 3.5',
  again: 'M12.5 8a4.5 4.5 0 1 1-1.4-3.2M11.5 2v3h-3',
  question: 'M5.8 6.2a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.2v.1',
  cross: 'M4.8 4.8l6.4 6.4m0-6.4-6.4 6.4',
  check: 'M3.5 8.5 6.8 12l5.7-7.5',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.5',
  half: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 2.5v11M8 6h4.8M8 10h4.8',
  star: 'M8 2.5l1.6 3.6 3.9.4-2.9 2.6.8 3.9L8 11l-3.4 2 .8-3.9-2.9-2.6 3.9-.4z',
  away: 'M3 13h10M8 13V7M3.5 8a4.5 4.5 0 0 1 9 0z',
  dash: 'M4 8h8',
} as const;

/** Words in a coloured capsule with a shape. */
export const Tag = ({
  tone,
  icon,
  children,
}: {
  readonly tone: TagTone;
  readonly icon: TagIcon;
  readonly children: ComponentChildren;
}) => (
  <span class={`tag ${tone}`}>
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[icon]} />
    </svg>
    {children}
  </span>
);
