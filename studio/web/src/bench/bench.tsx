export function BenchView({ id }: { id: string }) {
  return <main><h1>bench {id}</h1></main>;
}
