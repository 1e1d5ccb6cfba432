// What went wrong, in the words of the program: code, message, place and the way out; and the boundary that catches a fault of the page itself.
import { Component, type ComponentChildren } from "preact";
import { EngineError, type Complaint } from "../engine/protocol";
import { ApiError } from "./api";
import { Button } from "./controls";
import "./fault.css";

export function complaints(of: unknown): Complaint[] {
  if (of instanceof EngineError) return of.errors.length ? of.errors : [of.complaint];
  if (of instanceof ApiError) return of.errors.length ? of.errors : [of.complaint];
  if (of instanceof Error) return [{ message: of.message }];
  if (of && typeof of === "object" && "message" in of) return [of as Complaint];
  return [{ message: String(of) }];
}

interface FaultProps { of: unknown; title?: string | undefined; onLine?: ((line: number, column?: number) => void) | undefined; children?: ComponentChildren | undefined }

/** A box with the fault; children are buttons with which it goes on. */
export function Fault(p: FaultProps) {
  return <div class="fault" role="alert">
    {p.title && <h2>{p.title}</h2>}
    {complaints(p.of).map((c, i) => <div key={i}>
      <p>{c.code && <code>{c.code}</code>} {c.message}</p>
      {c.line !== undefined && c.line > 0 && <p class="small">{p.onLine
        ? <Button onClick={() => p.onLine!(c.line!, c.column)}>Line {c.line}</Button>
        : <>Line {c.line}{c.column ? `, column ${c.column}` : ""}{c.path ? `: ${c.path}` : ""}</>}</p>}
      {c.help && <p class="help">{c.help}</p>}
    </div>)}
    {p.children && <div class="row">{p.children}</div>}
  </div>;
}

interface BoundaryProps { children: ComponentChildren; name: string }

/** A view that breaks shows what broke it and how to go on; the bar and other pages stay. */
export class Boundary extends Component<BoundaryProps, { fault?: unknown | undefined }> {
  override state: { fault?: unknown | undefined } = {};
  override componentDidCatch(fault: unknown) { console.error(fault); this.setState({ fault }); }
  render() {
    const { fault } = this.state;
    if (fault === undefined) return this.props.children;
    return <main>
      <Fault of={fault} title="This page has a fault">
        <Button kind="main" onClick={() => this.setState({ fault: undefined })}>Try again</Button>
        <a class="button plain" href="#/runs">To the runs</a>
      </Fault>
      <p class="small soft">Runs and files are untouched: the page only shows them. Please send these lines with what you did:</p>
      <pre>{`page ${this.props.name}\n${navigator.userAgent}\n${fault instanceof Error ? fault.stack ?? fault.message : String(fault)}`}</pre>
    </main>;
  }
}
