export function CompareView({ id }: { id: string }) {
  return <main><h1>compare {id}</h1></main>;
}
