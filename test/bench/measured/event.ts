import type {} from "../plan";
import { measured } from "./measured";

measured(async () => []);
