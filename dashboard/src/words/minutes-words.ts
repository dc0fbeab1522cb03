/** `7 h 45 min`, `45 min`, `8 h`. */
export const minutesWords = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  const grouped = hours.toLocaleString('en-GB');
  return rest === 0 ? `${grouped} h` : `${grouped} h ${rest} min`;
};

/** `7:45`, for columns. */
export const hoursColon = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
