import { EventEmitter } from 'node:events';

/** Node and promises look for these on anything. */
const ASKED_OF_EVERYTHING: ReadonlySet<string> = new Set(['then', 'toJSON', 'constructor']);

/** An object of which nothing can be used that it does not have: the stand-in must not seem to have more than it does. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, property) {
      if (typeof property === 'string' && !(property in object) && !ASKED_OF_EVERYTHING.has(property)) throw new Error(`${name}.${property} is not in stand-in`);
      const value: unknown = Reflect.get(object, property, object);
      return typeof value === 'function' && property !== 'constructor' ? (value as (...args: unknown[]) => unknown).bind(object) : value;
    },
    set(object, property, value) {
      if (Object.getOwnPropertyDescriptor(object, property)?.set !== undefined) return Reflect.set(object, property, value, object);
      throw new Error(`${name}.${String(property)} cannot be set in stand-in`);
    },
  });
}

/** An emitter that knows its events; listening to another one is a mistake that would never show. */
export class StrictEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = new Set(events);
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    return super.on(this.#known(event), listener as (...args: unknown[]) => void);
  }

  override once(event: string, listener: (...args: never[]) => void): this {
    return super.once(this.#known(event), listener as (...args: unknown[]) => void);
  }

  #known(event: string): string {
    if (!this.#events.has(event)) throw new Error(`The event "${event}" of ${this.#name} is not in stand-in`);
    return event;
  }
}

export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable(): PreventableEvent {
  let prevented = false;
  return {
    get defaultPrevented() {
      return prevented;
    },
    preventDefault: () => (prevented = true),
  };
}
