import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach } from 'vitest';

type Kept = { employee: string; time: string; log_type: string | null; device_id: string };

/** A server that takes and refuses check-ins as Frappe's employee_checkin.py does. */
export class FrappeForTests {
  /** Employees by their `attendance_device_id`. */
  employees = new Map<string, { name: string; status: 'Active' | 'Inactive' }>();
  kept: Kept[] = [];
  requests = 0;
  /** Answers everything with this status. */
  failing: number | null = null;
  url = '';
  #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      this.requests += 1;
      const [status, body] = this.#answer(
        request.url ?? '',
        request.headers.authorization,
        JSON.parse(Buffer.concat(parts).toString() || '{}'),
      );
      response.writeHead(status, { 'content-type': 'application/json', location: 'https://elsewhere' });
      response.end(JSON.stringify(body));
    });
  });

  constructor() {
    beforeEach(async () => {
      this.employees = new Map();
      this.kept = [];
      this.requests = 0;
      this.failing = null;
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
      this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      this.#server.closeAllConnections();
      return new Promise((resolve) => this.#server.close(resolve));
    });
  }

  #answer(path: string, authorization: string | undefined, log: Record<string, string>): [number, object] {
    if (this.failing !== null) return [this.failing, {}];
    if (authorization !== 'token key:secret') return [401, { exc_type: 'AuthenticationError' }];
    const method = 'hrms.hr.doctype.employee_checkin.employee_checkin.add_log_based_on_employee_field';
    if (path !== `/api/method/${method}`) return [404, { exc_type: 'DoesNotExistError' }];
    const { employee_field_value = '', employee_fieldname = 'attendance_device_id' } = log;
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/.test(log.timestamp ?? '')) return invalid('not a time');
    const employee =
      employee_fieldname === 'attendance_device_id' ? this.employees.get(employee_field_value) : undefined;
    if (employee === undefined)
      return invalid(
        `No Employee found for the given employee field value. '${employee_fieldname}': ${employee_field_value}`,
      );
    if (employee.status !== 'Active')
      return invalid(`Transactions cannot be created for an Inactive Employee ${employee.name}.`);
    // It keeps whole seconds.
    const time = (log.timestamp ?? '').slice(0, 19);
    const log_type = log.log_type ?? null;
    if (
      this.kept.some(
        (one) => one.employee === employee.name && one.time === time && one.log_type === log_type,
      )
    )
      return invalid('This employee already has a log with the same timestamp.<Br>EMP-CKIN-1');
    this.kept.push({ employee: employee.name, time, log_type, device_id: log.device_id ?? '' });
    return [200, { message: { name: `EMP-CKIN-${this.kept.length}` } }];
  }
}

const invalid = (message: string): [number, object] => [
  417,
  {
    exception: `frappe.exceptions.ValidationError: ${message}`,
    exc_type: 'ValidationError',
    _server_messages: JSON.stringify([JSON.stringify({ message })]),
  },
];
