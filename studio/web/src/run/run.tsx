export function RunView({ id }: { id: string }) {
  return <main><h1>run {id}</h1></main>;
}
