import { ServiceError, type ServiceResponse } from '../../gateway/service.ts';
import { pageOf } from '../http/paging.ts';
import { invalidRequest, type RestCall, type RestOperation } from '../http/rest-service.ts';
import { type Message, ownMessage } from '../message.ts';
import { ShadowError } from '../shadow/shadow-request.ts';
import type { ShadowKey } from '../shadow/shadow-store.ts';
import { shadowPrefix } from '../shadow/shadow-topics.ts';
import type { ShadowResult, Shadows } from '../shadow/shadows.ts';
import { authorizeDataPlane } from './authorize.ts';

const errorNames: Readonly<Record<ShadowError['code'], string>> = {
  400: 'InvalidRequestException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  413: 'RequestEntityTooLargeException',
};

const shadowName = /^[a-zA-Z0-9:_-]{1,64}$/;

/**
 * The Device Shadow service over HTTPS (AWS IoT developer guide, "Device Shadow REST API"). Who changes a shadow here is
 * answered here; subscribers and rules hear of it on the shadow's topics all the same.
 */
export const makeShadowOperations = ({
  shadows,
  publish,
  now,
}: {
  readonly shadows: Shadows;
  readonly publish: (message: Message) => Promise<void>;
  readonly now: () => number;
}): readonly RestOperation[] => {
  /** A named shadow is a resource of its own below its thing. */
  const authorizedKey = ({ request, parameter }: RestCall, action: string): ShadowKey => {
    const thing = parameter('thingName');
    const shadow = request.query.get('name') ?? undefined;
    if (shadow !== undefined && !shadowName.test(shadow))
      throw invalidRequest(`${shadow} is no valid shadow name.`);
    authorizeDataPlane(request, `iot:${action}`, `thing/${thing}${shadow === undefined ? '' : `/${shadow}`}`);
    return { thing, shadow };
  };

  const answer = async (
    call: RestCall,
    action: string,
    run: (key: ShadowKey, payload: Buffer) => ShadowResult,
  ): Promise<ServiceResponse> => {
    const key = authorizedKey(call, action);
    let result: ShadowResult;
    try {
      result = run(key, call.request.body);
    } catch (error) {
      if (!(error instanceof ShadowError)) throw error;
      throw new ServiceError(errorNames[error.code], error.message, error.code);
    }
    // A get changes nothing, so nobody else hears of it.
    for (const { ending, body } of action === 'GetThingShadow' ? [] : result.messages)
      await publish(ownMessage(`${shadowPrefix(key)}/${ending}`, body));
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(result.body),
    };
  };

  const path = '/things/{thingName}/shadow';
  return [
    {
      name: 'GetThingShadow',
      method: 'GET',
      path,
      run: (call) => answer(call, 'GetThingShadow', shadows.get),
    },
    {
      name: 'UpdateThingShadow',
      method: 'POST',
      path,
      run: (call) => answer(call, 'UpdateThingShadow', shadows.update),
    },
    {
      name: 'DeleteThingShadow',
      method: 'DELETE',
      path,
      run: (call) => answer(call, 'DeleteThingShadow', shadows.delete),
    },
    {
      name: 'ListNamedShadowsForThing',
      method: 'GET',
      path: '/api/things/shadow/ListNamedShadowsForThing/{thingName}',
      run: ({ request, parameter }) => {
        const thing = parameter('thingName');
        authorizeDataPlane(request, 'iot:ListNamedShadowsForThing', `thing/${thing}`);
        const { items, next } = pageOf(request, shadows.namesOf(thing), {
          size: 'pageSize',
          token: 'nextToken',
        });
        return { results: items, nextToken: next, timestamp: Math.floor(now() / 1000) };
      },
    },
  ];
};
