import * as z from 'zod';

/** What becomes of a check-in: `already` = Frappe has it from before. */
type Posted =
  | { readonly kind: 'posted' | 'already' | 'unknown_employee' | 'inactive_employee' }
  | { readonly kind: 'refused'; readonly message: string };

type FrappeLog = {
  readonly employeeNumber: string;
  readonly timestamp: string;
  readonly logType: 'IN' | 'OUT' | null;
};

export interface Frappe {
  /** Throws when it makes no sense to go on: credentials, permissions, address, network, or a fault of the server. */
  post(log: FrappeLog): Promise<Posted>;
}

type FrappeSettings = {
  /** Such as `https://hr.example.org`. */
  readonly url: string;
  /** API key and secret of a Frappe user, `key:secret`. */
  readonly token: string;
  /** Field of Employee that holds the person number. */
  readonly employeeField: string;
  readonly deviceId: string;
};

/** https://github.com/frappe/hrms, employee_checkin.py */
const method = 'hrms.hr.doctype.employee_checkin.employee_checkin.add_log_based_on_employee_field';
const timeoutMs = 30_000;

/** What Frappe says, in English, when a check-in fails its validation (417). */
const refusals: readonly (readonly [string, Posted['kind'] & ('already' | `${string}_employee`)])[] = [
  ['already has a log with the same timestamp', 'already'],
  ['No Employee found for the given employee field value', 'unknown_employee'],
  ['Transactions cannot be created for an Inactive Employee', 'inactive_employee'],
];

/** Every form in which Frappe explains itself; which of them are there depends on its settings. */
const Failure = z.object({ exception: z.string().optional(), _server_messages: z.string().optional() });

export const makeFrappe = ({ url, token, employeeField, deviceId }: FrappeSettings): Frappe => ({
  async post({ employeeNumber, timestamp, logType }) {
    const answer = await fetch(new URL(`/api/method/${method}`, url), {
      method: 'POST',
      // The method would become GET, and the token would go wherever it points.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `token ${token}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        employee_field_value: employeeNumber,
        employee_fieldname: employeeField,
        timestamp,
        device_id: deviceId,
        ...(logType === null ? {} : { log_type: logType }),
      }),
    }).catch((error: unknown) => {
      throw new Error(`Frappe at ${url} does not answer; check the address and try again`, { cause: error });
    });
    const text = await answer.text();
    if (answer.ok) return { kind: 'posted' };
    if (answer.status !== 417) throw new Error(whatToDo(answer.status, url));
    const known = refusals.find(([words]) => text.includes(words));
    if (known !== undefined) return { kind: known[1] };
    if (text.includes('Failed to get method'))
      throw new Error('this Frappe has no HRMS app, which keeps check-ins; install it there');
    return { kind: 'refused', message: explanation(text) };
  },
});

const whatToDo = (status: number, url: string): string => {
  if (status === 401) return 'Frappe does not know this API key and secret (401); make new ones for its user';
  if (status === 403)
    return 'the Frappe user may not make check-ins (403); give it a role that may create Employee Checkin';
  if (status === 404) return `${url} is no Frappe with the HRMS app (404); check the address`;
  if (status === 429) return 'Frappe takes no more requests for now (429); run this again later';
  if (status >= 300 && status < 400)
    return `${url} leads elsewhere (${status}); give the address that it leads to`;
  return `Frappe failed (${status}); see its error log and run this again: nothing is posted twice`;
};

const explanation = (text: string): string => {
  const { exception, _server_messages } = parseFailure(text);
  return (exception ?? _server_messages ?? text).replace(/^[\w.]+: /, '').slice(0, 200);
};

const parseFailure = (text: string): z.infer<typeof Failure> => {
  try {
    return Failure.parse(JSON.parse(text));
  } catch {
    return {};
  }
};
