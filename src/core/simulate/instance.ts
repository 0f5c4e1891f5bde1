import { draft, type Draft } from "./draft";
import * as shape from "./shapes";
import { comments, organisationNames, sectors, titles, warninglistNames } from "./vocabulary";
import type { World } from "./world";

/** What happens around the events: people, organisations, talk, logs, lists, workflows. */

/** MISP says `edit` of a new user and `add` of a changed one. */
export function* keepUsers(world: World): Iterable<Draft> {
  const isNew = world.users.length < 40 && world.random.chance(0.3);
  const user = isNew ? world.addUser() : world.random.one(world.users);
  if (!user) return;
  if (!isNew) user.autoalert = !user.autoalert;
  yield draft("user", () => ({ ...shape.userShape(user), action: isNew ? "edit" : "add" }));
}

export function* login(world: World): Iterable<Draft> {
  const user = world.random.one(world.users);
  if (!user) return;
  user.lastLogin = world.seconds();
  yield draft("user", () => ({ ...shape.userShape(user), action: "login" }));
}

export function* keepOrganisations(world: World): Iterable<Draft> {
  const name = organisationNames[world.organisations.length];
  const isNew = name !== undefined && world.random.chance(0.3);
  const organisation = isNew ? world.addOrganisation(name) : world.random.one(world.organisations);
  if (!organisation) return;
  if (!isNew) organisation.sector = world.random.one(sectors);
  const seconds = world.seconds();
  yield draft("organisation", () => ({ Organisation: shape.organisationForm(organisation, isNew, seconds) }));
}

export function* converse(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const user = world.random.one(world.users);
  if (!event || !user) return;
  const isNew = event.thread === undefined;
  const thread = (event.thread ??= world.id("threads"));
  const time = shape.dateTime(world.seconds()).replaceAll("-", "/");
  const dates = { date_created: time, date_modified: time, user_id: `${user.id}` };
  const org = { org_id: `${user.organisation.id}`, org_name: user.organisation.name };
  if (isNew) {
    const title = `Discussion about Event #${event.id} (${event.info})`;
    const facts = { event_id: `${event.id}`, title, distribution: "1", sharing_group_id: "0", post_count: 1 };
    yield draft("conversation", () => ({ Thread: { ...dates, ...facts, ...org, user_email: user.email } }));
  }
  const contents = `${world.random.one(titles)}?\n${world.random.one(comments)}`;
  const facts = { contents, post_id: 0, thread_id: `${thread}`, user_email: user.email };
  yield draft("conversation", () => ({ Post: { ...dates, ...facts, ...org } }));
}

/** The audit log, or the access log's flat line. */
export function* audit(world: World): Iterable<Draft> {
  const event = world.someEvent();
  const user = world.random.one(world.users);
  if (!event || !user) return;
  const seconds = world.seconds();
  const created = shape.dateTime(seconds);
  const ip = `203.0.113.${world.random.between(1, 254)}`;
  const who = { user_id: user.id, org_id: user.organisation.id };
  if (world.random.chance(0.5)) {
    const change = { timestamp: [`${seconds - 60}`, `${seconds}`], published: [false, event.published] };
    const subject = { action: "edit", model: "Event", model_id: event.id, model_title: event.info, event_id: event.id };
    yield draft("audit", () => ({
      AuditLog: { ...subject, change, created, ip, ...who, request_type: 0, authkey_id: 0 },
      action: "log",
    }));
    return;
  }
  const cost = { memory_usage: world.random.between(4, 60) * 2 ** 20, query_count: world.random.between(3, 90) };
  const duration = world.random.between(12, 900);
  yield draft("audit", () => ({
    created: `${created}.${"0".repeat(6)}`,
    request_id: null,
    ...who,
    authkey_id: null,
    ip,
    user_agent: "PyMISP/2.5",
    request_method: "POST",
    controller: "events",
    url: `/events/view/${event.id}`,
    response_code: 200,
    ...cost,
    duration,
    action: "log",
  }));
}

export function* keepWarninglists(world: World): Iterable<Draft> {
  const [name, type, description] = world.random.one(warninglistNames);
  const id = `${warninglistNames.findIndex(([other]) => other === name) + 1}`;
  const date = new Date(world.now()).toISOString().slice(0, 10);
  const state = { version: date.replaceAll("-", ""), enabled: world.random.chance(0.8), default: true };
  const action = world.random.one(["add", "edit"]);
  const Warninglist = { id, name, type, description, ...state, category: "false_positive" };
  yield draft("warninglist", () => ({ Warninglist, action }));
}

/** What a workflow's module extracted: an array, an object, or nothing. */
export function* workflow(world: World): Iterable<Draft> {
  const event = world.someEvent();
  if (!event) return;
  const added = world.random.between(1, 9);
  const body = world.random.one([
    [],
    event.tags.map(({ name }) => name),
    { "Enriching event": `${event.id}`, "Attribute added": added },
  ]);
  yield draft("workflow", () => body);
}
