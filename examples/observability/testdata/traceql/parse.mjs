// Reads a list of TraceQL queries and writes how many errors Grafana's grammar finds in each.
import { text } from "node:stream/consumers";
import { parser } from "@grafana/lezer-traceql";

const queries = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(queries.map((query) => {
  let errors = 0;
  parser.parse(query).iterate({ enter: (node) => { errors += node.type.isError ? 1 : 0; } });
  return errors;
})));
