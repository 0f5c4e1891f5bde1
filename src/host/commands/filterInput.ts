/** What filters are typed, chosen and checked with. Loaded when that is done: reading it would take long at each start. */
export { faultIn } from "../filterFault";
export { askFilter } from "./filterBox";
export { askName, pickSaved } from "./savedFilters";
