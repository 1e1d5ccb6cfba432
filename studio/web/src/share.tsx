// The shared page: one run, its engine and its task in one file.
import { render } from "preact";
import "./ui/style.css";

declare const WORKER_TEXT: string;

render(<main><h1>Elastrain</h1><p hidden>{WORKER_TEXT.length}</p></main>, document.getElementById("app")!);
