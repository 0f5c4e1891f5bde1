import type { Random } from "./random";
import {
  attributeTypes,
  comments,
  givenNames,
  longComment,
  nationalities,
  organisationNames,
  sectors,
  tagNames,
  titles,
  type AttributeType,
  type Template,
} from "./vocabulary";

/** What is kept at most; beyond it the oldest events leave, which no message tells. */
const maxEvents = 200;
const maxAttributes = 2_000;

export interface Organisation {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly nationality: string;
  sector: string;
  description: string;
}
export interface User {
  readonly id: number;
  readonly email: string;
  readonly organisation: Organisation;
  lastLogin: number;
  autoalert: boolean;
}
export interface Tag {
  readonly id: number;
  name: string;
  colour: string;
}
export interface Sighting {
  readonly id: number;
  readonly uuid: string;
  readonly organisation: Organisation;
  /** 0 sighting, 1 false positive, 2 expiration. */
  readonly type: number;
  /** In seconds since 1970, as all times of the world. */
  readonly date: number;
}
export interface Attribute {
  readonly id: number;
  readonly uuid: string;
  readonly kind: AttributeType;
  readonly object: MispObject | undefined;
  readonly relation: string | undefined;
  value: string;
  toIds: boolean;
  comment: string;
  timestamp: number;
  deleted: boolean;
  readonly firstSeen: number | undefined;
  tags: readonly Tag[];
  sightings: readonly Sighting[];
}
export interface Reference {
  readonly id: number;
  readonly uuid: string;
  readonly target: Attribute;
  relationship: string;
  comment: string;
  timestamp: number;
  deleted: boolean;
}
export interface MispObject {
  readonly id: number;
  readonly uuid: string;
  readonly template: Template;
  comment: string;
  timestamp: number;
  deleted: boolean;
  references: Reference[];
}
export interface MispEvent {
  readonly id: number;
  readonly uuid: string;
  readonly creator: User;
  readonly date: string;
  info: string;
  threatLevel: number;
  analysis: number;
  distribution: number;
  timestamp: number;
  published: boolean;
  publishTimestamp: number;
  sightingTimestamp: number;
  tags: readonly Tag[];
  /** Those in objects too; a soft-deleted one stays, marked. */
  attributes: Attribute[];
  objects: MispObject[];
  thread: number | undefined;
}

/** Most attributes have no tag and no sighting, and share this. */
const none: readonly never[] = [];

/** What the simulated MISP holds: a few organisations and users, and the events they work on, oldest first. */
export class World {
  readonly organisations: Organisation[] = [];
  readonly users: User[] = [];
  readonly tags: Tag[] = [];
  readonly events: MispEvent[] = [];
  readonly #ids = new Map<string, number>();

  constructor(
    readonly random: Random,
    readonly now: () => number,
  ) {
    for (const name of organisationNames.slice(0, 5)) this.addOrganisation(name);
    for (let i = 0; i < 6; i++) this.addUser();
    for (const [name, colour] of tagNames) this.addTag(name, colour);
  }

  /** The next database id of a table. */
  id(table: string): number {
    const next = (this.#ids.get(table) ?? 0) + 1;
    this.#ids.set(table, next);
    return next;
  }

  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** One of the events, mostly of the newest: people work on what is fresh. */
  someEvent(): MispEvent | undefined {
    const back = Math.floor(this.random.fraction() ** 3 * this.events.length);
    return this.events[this.events.length - 1 - back];
  }

  addOrganisation(name: string): Organisation {
    const organisation: Organisation = {
      id: this.id("organisations"),
      uuid: this.random.uuid(),
      name,
      nationality: this.random.one(nationalities),
      sector: this.random.one(sectors),
      description: `${name}, member of the sharing circle`,
    };
    this.organisations.push(organisation);
    return organisation;
  }

  addUser(): User {
    const id = this.id("users");
    const organisation = this.random.one(this.organisations) ?? this.addOrganisation(organisationNames[0]);
    const email = `${this.random.one(givenNames)}${id}@org${organisation.id}.example`;
    const user: User = { id, email, organisation, lastLogin: 0, autoalert: this.random.chance(0.5) };
    this.users.push(user);
    return user;
  }

  addTag(name: string, colour: string): Tag {
    const tag: Tag = { id: this.id("tags"), name, colour };
    this.tags.push(tag);
    return tag;
  }

  removeTag(tag: Tag): void {
    this.tags.splice(this.tags.indexOf(tag), 1);
    const untag = (thing: { tags: readonly Tag[] }): void => {
      if (thing.tags.includes(tag)) thing.tags = thing.tags.filter((other) => other !== tag);
    };
    for (const event of this.events) {
      untag(event);
      event.attributes.forEach(untag);
    }
  }

  addEvent(): MispEvent {
    const { random } = this;
    const event: MispEvent = {
      id: this.id("events"),
      uuid: random.uuid(),
      creator: random.one(this.users) ?? this.addUser(),
      date: new Date(this.now()).toISOString().slice(0, 10),
      info: random.one(titles),
      threatLevel: random.between(1, 4),
      analysis: 0,
      distribution: random.between(0, 3),
      timestamp: this.seconds(),
      published: false,
      publishTimestamp: 0,
      sightingTimestamp: 0,
      tags: none,
      attributes: [],
      objects: [],
      thread: undefined,
    };
    this.events.push(event);
    return event;
  }

  addAttribute(
    event: MispEvent,
    kind = this.random.one(attributeTypes),
    object?: MispObject,
    relation?: string,
  ): Attribute {
    const { random } = this;
    const attribute: Attribute = {
      id: this.id("attributes"),
      uuid: random.uuid(),
      kind,
      object,
      relation,
      value: kind.value(random),
      toIds: kind.toIds,
      comment: random.chance(0.004) ? longComment(random) : random.one(comments),
      timestamp: this.touch(event),
      deleted: false,
      firstSeen: random.chance(0.2) ? this.seconds() - random.between(60, 864_000) : undefined,
      tags: none,
      sightings: none,
    };
    event.attributes.push(attribute);
    return attribute;
  }

  addObject(event: MispEvent, template: Template): MispObject {
    const object: MispObject = {
      id: this.id("objects"),
      uuid: this.random.uuid(),
      template,
      comment: this.random.one(comments),
      timestamp: this.touch(event),
      deleted: false,
      references: [],
    };
    event.objects.push(object);
    return object;
  }

  /** The event has changed: it is no longer as it was published. The time of it. */
  touch(event: MispEvent): number {
    event.published = false;
    return (event.timestamp = this.seconds());
  }

  removeEvent(event: MispEvent): void {
    const at = this.events.indexOf(event);
    if (at >= 0) this.events.splice(at, 1);
  }

  /** Lets the oldest events go while there are too many. */
  retire(): void {
    let attributes = this.events.reduce((sum, event) => sum + event.attributes.length, 0);
    while (this.events.length > 1 && (this.events.length > maxEvents || attributes > maxAttributes)) {
      attributes -= this.events.shift()?.attributes.length ?? 0;
    }
  }
}
