import { Person, PersonPage } from '#contract/api.ts';
import { enrolmentCrop, type SamplePerson, usablePeople } from '../../device/camera/replay/sample-people.ts';
import type { ApiClient } from '../api-client.ts';

/** Invented names, in no relation to anybody in the photographs. */
const names = [
  'Ada Example',
  'Bao Sample',
  'Carla Demo',
  'Deniz Test',
  'Emre Muster',
  'Fatou Modelo',
  'Goran Primer',
  'Hana Vzor',
  'Ines Prova',
  'Jonas Fiktiv',
  'Keiko Mihon',
  'Liam Ersatz',
  'Mina Namuna',
  'Noor Mithal',
];

/**
 * Who stays a stranger to the system. Among the sample people are some that even face-api's descriptor finds alike
 * (similarity 93 to 98); the strangers are the ones who resemble nobody else, so that a name for one of them is a fault.
 */
export const strangers: ReadonlySet<string> = new Set(['s1-1', 's2-3', 's3-1', 's4-4', 's6-2', 's6-4']);

/** The sample people that the demo enrols; everybody else who walks by is a stranger. */
const enrolledPeople = (): readonly SamplePerson[] => usablePeople().filter(({ id }) => !strangers.has(id));

/** Who can use the kiosk at once, by their place among the enrolled; the others get a PIN from HR, or set their own. */
export const demoPins = [
  { person: 0, pin: '4711' },
  { person: 1, pin: '5283' },
] as const;

/** Numbers and PINs that the kiosk takes in the demo. */
export const demoKioskEntries = (): readonly { readonly number: string; readonly pin: string }[] =>
  demoPins.flatMap(({ person, pin }) => {
    const sample = enrolledPeople()[person];
    return sample === undefined ? [] : [{ number: numberOf(sample), pin }];
  });

const numberOf = ({ id }: SamplePerson): string => `demo-${id}`;

/**
 * Enrols the demo people the way an operator does: POST /people with consent, then one photo each.
 * Safe to repeat after an interruption: a person is created once, and gets a face unless an earlier enrolment
 * was `finished`. Returns the persons by sample id.
 */
export async function enrolDemoPeople(
  api: ApiClient,
  site: string,
  finished: boolean,
  report: (step: string) => void,
): Promise<ReadonlyMap<string, Person>> {
  const known = new Map<string, Person>();
  for (let next: string | null = ''; next !== null; ) {
    const page: PersonPage = PersonPage.parse(
      await api('GET', `/people${next === '' ? '' : `?cursor=${encodeURIComponent(next)}`}`),
    );
    for (const person of page.items) known.set(person.number, person);
    next = page.next;
  }
  const bySample = new Map<string, Person>();
  const people = enrolledPeople();
  for (const [index, sample] of people.entries()) {
    const number = numberOf(sample);
    const existing = known.get(number);
    const person = existing ?? (await createPerson(api, site, number, names[index] ?? number));
    if (existing === undefined || !finished) {
      report(`enrolling ${index + 1} of ${people.length}`);
      await api('POST', `/people/${person.id}/faces`, await enrolmentCrop(sample));
    }
    bySample.set(sample.id, person);
  }
  return bySample;
}

const createPerson = async (api: ApiClient, site: string, number: string, name: string): Promise<Person> =>
  Person.parse(
    await api('POST', '/people', { name, number, site, consent: { version: 'demo-1', language: 'en' } }),
  );
