import type { KindName } from "./kinds";
import type { ProfileName } from "./profiles";
import type { Place } from "./walk";

/** What the value of a member is by where it stands. */
export interface Taught {
  readonly profile: ProfileName;
  readonly kind: KindName;
}

const user: Taught = { profile: "people", kind: "user" };
const organisation: Taught = { profile: "organisations", kind: "organisation" };
const organisationUuid: Taught = { profile: "organisations", kind: "uuid" };

/** Members that are always the same, whatever holds them. */
const anywhere = new Map<string, Taught>([
  ..."email user_email event_creator_email org_admin_email contact_email"
    .split(" ")
    .map((name) => [name, user] as const),
  ..."username user_name userName user_login login full_name first_name last_name display_name creator_name author"
    .split(" ")
    .map((name) => [name, user] as const),
  ..."org_name orgc_name organisation_name organization_name".split(" ").map((name) => [name, organisation] as const),
  ..."org_uuid orgc_uuid organisation_uuid organization_uuid"
    .split(" ")
    .map((name) => [name, organisationUuid] as const),
]);

/** Members that depend on what holds them, as `holder.member`. */
const held = new Map<string, Taught>([
  ["User.name", user],
  ["Sighting.source", user],
  ["Organisation.contacts", user],
  ...["Org", "Orgc", "Organisation"].flatMap((holder) => [
    [`${holder}.name`, organisation] as const,
    [`${holder}.uuid`, organisationUuid] as const,
  ]),
  ...["Log.org", "Event.org", "Event.orgc", "Event.Org", "Event.Orgc"].map((path) => [path, organisation] as const),
]);
const heldNames = new Set([...held.keys()].map((path) => path.slice(path.indexOf(".") + 1)));

/** Undefined where the place says nothing. */
export const taughtAt = ({ holder, name }: Readonly<Place>): Taught | undefined =>
  anywhere.get(name) ?? (heldNames.has(name) ? held.get(`${holder}.${name}`) : undefined);
