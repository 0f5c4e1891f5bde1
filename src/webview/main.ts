import "./style.css";
import { detailContract } from "../protocol/detail";
import { connect } from "../protocol/rpc";
import { el } from "./dom";
import { Pane } from "./pane";
import { hostPort } from "./port";
import { memory } from "./state";

const host = acquireVsCodeApi();
const root = document.getElementById("pane") ?? document.body.appendChild(el("div", { class: "pane" }));
const pane = new Pane(root, connect(hostPort(host), detailContract), memory(host));
window.addEventListener("error", ({ error, message }) => pane.report(error ?? message));
window.addEventListener("unhandledrejection", ({ reason }) => pane.report(reason));
void pane.refresh();
