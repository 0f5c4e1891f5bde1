import "./overview.css";
import { overviewContract } from "../../protocol/overviewPane";
import { connect } from "../../protocol/rpc";
import { el } from "../dom";
import { hostPort } from "../port";
import { memory } from "./memory";
import { Overview } from "./overview";

const host = acquireVsCodeApi();
const root = document.getElementById("pane") ?? document.body.appendChild(el("div", { class: "pane" }));
const overview = new Overview(root, connect(hostPort(host), overviewContract), memory(host));
window.addEventListener("error", ({ error, message }) => overview.report(error ?? message));
window.addEventListener("unhandledrejection", ({ reason }) => overview.report(reason));
void overview.refresh();
