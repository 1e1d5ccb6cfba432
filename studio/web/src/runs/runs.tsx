export function RunsView({ id }: { id: string }) {
  return <main><h1>runs {id}</h1></main>;
}
