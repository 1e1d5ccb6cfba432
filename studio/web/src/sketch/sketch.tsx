export function SketchView({ id }: { id: string }) {
  return <main><h1>sketch {id}</h1></main>;
}
